#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Takes log lines as LAVA's server does (spec results-and-log §6), and misbehaves on demand.
#
#   lava-server.py FOLDER JOB PORT [BEHAVIOUR …]
#
# PORT 0: any. Writes the port to FOLDER/port, the lines that it has taken to FOLDER/lines, and for each request a line
# with its verdict to FOLDER/requests. One behaviour for each request, then `ok`:
#
#   ok          takes all lines
#   first:N     takes the first N lines only
#   limit:N     413 for every request of more than N lines, from here on
#   status:N    answers N and takes nothing
#   deleted     404, as for a job that was deleted, from here on
#   lost        takes all lines and hangs up without an answer
#   slow:S      takes all lines and answers after S seconds
#   garbage     takes nothing and answers bytes that are no HTTP
#   half        takes all lines and hangs up in the middle of the answer
#   endless     takes all lines and answers 3 MB of nothing
#   more:N      takes all lines and says that they were N more
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

folder, job, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
behaviours = sys.argv[4:]
taken = []
token = "a-secret-token"


def note(name, text):
    with open(os.path.join(folder, name), "a") as file:
        file.write(text + "\n")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    limit = None
    deleted = False

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        note("requests", str(status))

    def take(self, lines, index):
        # The lines that are there already are known by the index.
        for line in lines[len(taken) - index :]:
            taken.append(line)
            note("lines", line)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path != f"/scheduler/internal/v1/jobs/{job}/logs/":
            return self.answer(404, {"error": "no such page"})
        if self.headers["LAVA-Token"] != token or not self.headers["User-Agent"].startswith("lava "):
            return self.answer(400, {"error": "Invalid 'token'"})
        form = parse_qs(body, strict_parsing=True)
        text, index = form["lines"][0], int(form["index"][0])
        lines = text.splitlines()
        if text.endswith("\n") or any(not line.startswith("- ") for line in lines) or index > len(taken):
            return self.answer(400, {"error": "Invalid 'lines'"})
        behaviour, _, value = (behaviours.pop(0) if behaviours else "ok").partition(":")
        if behaviour == "limit":
            Handler.limit = int(value)
        if behaviour == "deleted":
            Handler.deleted = True
        if Handler.deleted:
            return self.answer(404, {"error": f"Unknown job '{job}'"})
        if Handler.limit and len(lines) > Handler.limit:
            return self.answer(413, {"error": "too large"})
        if behaviour == "status":
            return self.answer(int(value), {"error": "not now"})
        if behaviour == "garbage":
            note("requests", behaviour)
            self.wfile.write(bytes(range(256)) * 8)
            self.close_connection = True
            return
        if behaviour == "first":
            lines = lines[: int(value)]
        self.take(lines, index)
        if behaviour == "lost":
            note("requests", "lost")
            self.close_connection = True
            return
        if behaviour in ("half", "endless"):
            note("requests", behaviour)
            self.send_response(200)
            self.send_header("Content-Length", "3000000")
            self.end_headers()
            self.wfile.write(b'{"line_count": 1' if behaviour == "half" else b" " * 3000000)
            self.close_connection = True
            return
        if behaviour == "slow":
            time.sleep(float(value))
        self.answer(200, {"line_count": len(lines) + int(value if behaviour == "more" else 0)})


server = HTTPServer(("127.0.0.1", port), Handler)
with open(os.path.join(folder, "port.new"), "w") as file:
    file.write(str(server.server_port))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
print("listening", file=sys.stderr, flush=True)
server.serve_forever()
