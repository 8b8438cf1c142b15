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
#
# Where FOLDER/job.yaml is, it has that job for a worker, with the other files that a server sends (FILES below) beside it.
# Each call of the worker is a line of FOLDER/calls, in JSON; each `state` is also a word in FOLDER/states, and so is
# `idle`, the first question of a worker whose job is over. FOLDER/cancel, once it is there, has the job canceled. Before
# it takes the end of the job it copies the worker's files, FOLDER/lib, to FOLDER/kept: after that the worker removes them.
import json
import os
import shutil
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

folder, job, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
behaviours = sys.argv[4:]
taken = []
token = "a-secret-token"
worker_token = "the-worker's-token"
API = "/scheduler/internal/v1"
# In bytes: an answer that is too long, or that does not come to its end.
LENGTH = 3000000
# What a worker gets for a job: by the name that it has in the answer.
FILES = {"device": "device", "dispatcher": "dispatcher", "env": "env", "env-dut": "env-dut", "definition": "job"}


def note(name, text):
    with open(os.path.join(folder, name), "a") as file:
        file.write(text + "\n")


def text_of(name):
    try:
        with open(os.path.join(folder, name)) as file:
            return file.read()
    except FileNotFoundError:
        return ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    limit = None
    deleted = False
    state = "SCHEDULED"
    # A worker asks while the program sends lines, each on a connection that stays.
    turn = threading.Lock()

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with self.turn:
            self.answer(*self.question(urlsplit(self.path)))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with self.turn:
            if self.path == f"{API}/jobs/{job}/":
                return self.answer(*self.change(body))
            if self.path == f"{API}/workers/":
                note("calls", json.dumps({"register": parse_qs(body)["name"][0]}))
                return self.answer(200, {"token": worker_token})
            verdict, answer = self.log(body)
            note("requests", str(verdict))
        if isinstance(answer, dict):
            return self.answer(verdict, answer)
        self.wfile.write(answer)
        self.close_connection = True

    # What a worker asks: what it has to do, and for the job.
    def question(self, address):
        if address.path == f"{API}/jobs/{job}/" and os.path.exists(os.path.join(folder, "job.yaml")):
            if self.headers["LAVA-Token"] != token:
                return 400, {"error": "Invalid 'token'"}
            answer = {key: text_of(f"{name}.yaml") for key, name in FILES.items()}
            # As LAVA's server adds it to every job.
            answer["definition"] += "compatibility: 4\n"
            return 200, answer
        if not address.path.startswith(f"{API}/workers/"):
            return 404, {"error": "no such page"}
        if self.headers["LAVA-Token"] != worker_token:
            return 400, {"error": "Invalid 'token'"}
        if Handler.state == "FINISHED":
            Handler.state = "OVER"
            note("states", "idle")
        lists = {"running": [], "cancel": [], "start": []}
        if Handler.state == "RUNNING":
            is_canceled = os.path.exists(os.path.join(folder, "cancel"))
            lists["cancel" if is_canceled else "running"].append({"id": int(job), "token": token})
        elif Handler.state == "SCHEDULED":
            lists["start"].append({"id": int(job), "token": token})
        return 200, lists

    # What a worker says of the job.
    def change(self, body):
        if self.headers["LAVA-Token"] != token:
            return 400, {"error": "Invalid 'token'"}
        form = {key: value[0] for key, value in parse_qs(body, strict_parsing=True, keep_blank_values=True).items()}
        note("calls", json.dumps(form))
        kept = os.path.join(folder, "kept")
        if form["state"] == "FINISHED" and not os.path.exists(kept):
            shutil.copytree(os.path.join(folder, "lib"), kept, symlinks=True)
        Handler.state = form["state"]
        note("states", form["state"])
        return 200, {}

    # Takes lines. Bytes are an answer that is written as it is, before the line is hung up.
    def log(self, body):
        if self.path != f"{API}/jobs/{job}/logs/":
            return 404, {"error": "no such page"}
        if self.headers["LAVA-Token"] != token or not self.headers["User-Agent"].startswith("lava "):
            return 400, {"error": "Invalid 'token'"}
        form = parse_qs(body, strict_parsing=True)
        text, index = form["lines"][0], int(form["index"][0])
        lines = text.splitlines()
        if text.endswith("\n") or any(not line.startswith("- ") for line in lines) or index > len(taken):
            return 400, {"error": "Invalid 'lines'"}
        behaviour, _, value = (behaviours.pop(0) if behaviours else "ok").partition(":")
        if behaviour == "limit":
            Handler.limit = int(value)
        if behaviour == "deleted":
            Handler.deleted = True
        if Handler.deleted:
            return 404, {"error": f"Unknown job '{job}'"}
        if Handler.limit and len(lines) > Handler.limit:
            return 413, {"error": "too large"}
        if behaviour == "status":
            return int(value), {"error": "not now"}
        if behaviour == "garbage":
            return behaviour, bytes(range(256)) * 8
        if behaviour == "first":
            lines = lines[: int(value)]
        # The lines that are there already are known by the index.
        for line in lines[len(taken) - index :]:
            taken.append(line)
            note("lines", line)
        if behaviour == "lost":
            return behaviour, b""
        if behaviour in ("half", "endless"):
            rest = b'{"line_count": 1' if behaviour == "half" else b" " * LENGTH
            return behaviour, f"HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n".encode() + rest
        if behaviour == "slow":
            time.sleep(float(value))
        return 200, {"line_count": len(lines) + int(value if behaviour == "more" else 0)}


server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
with open(os.path.join(folder, "port.new"), "w") as file:
    file.write(str(server.server_port))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
print("listening", file=sys.stderr, flush=True)
server.serve_forever()
