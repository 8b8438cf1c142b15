#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Serves files over HTTP as the tests of downloads need it, and misbehaves on demand. It is a proxy, too.
#
#   file-server.py FOLDER [CERTIFICATE]
#
# Serves FOLDER/files, over TLS where a PEM file with certificate and key is given. Writes the port to FOLDER/port, and
# for each request a line to FOLDER/requests: method, target, and the headers that the tests look at.
#
# The parts of a path before the last one say how the file is served, each by one word:
#
#   anew        without validators: no ETag, no Last-Modified
#   weak        with a weak ETag and no Last-Modified
#   dated       with Last-Modified only
#   whole       ranges are ignored
#   chunked     without Content-Length
#   cut-N       the first N answers break off after half of what they should bring
#   shifted     ranges are answered from another byte
#   status-N-K  the first K requests of the path are answered with N
#   to-N        redirects N times, then serves the file
#   away        redirects to the server that is named in FOLDER/other
#   stall-N     the first N answers stop after half of what they should bring, and say nothing more
#   hold        answers once FOLDER/go exists
#   encoded     says that the content is encoded
import hashlib
import os
import socket
import ssl
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

folder = sys.argv[1]
counts = {}
lock = threading.Lock()
HEADERS = ["Range", "If-Range", "If-None-Match", "If-Modified-Since", "Authorization", "X-Token", "Proxy-Authorization"]


def count(key):
    """How often this was asked before."""
    with lock:
        counts[key] = counts.get(key, 0) + 1
        return counts[key] - 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send_error(self, code, message=None, explain=None):
        self.empty(code)

    def empty(self, code, *headers):
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def note(self):
        seen = [f"{name}: {self.headers[name]}" for name in HEADERS if self.headers[name] is not None]
        with lock, open(os.path.join(folder, "requests"), "a") as file:
            file.write(" | ".join([f"{self.command} {self.path}"] + seen) + "\n")

    def do_CONNECT(self):
        self.note()
        host, port = self.path.rsplit(":", 1)
        upstream = socket.create_connection((host, int(port)))
        self.send_response(200)
        self.end_headers()

        def pump(source, target):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

        other = threading.Thread(target=pump, args=(upstream, self.connection), daemon=True)
        other.start()
        pump(self.connection, upstream)
        other.join()
        self.close_connection = True

    def do_HEAD(self):
        self.serve()

    def do_GET(self):
        self.serve()

    def serve(self):
        self.note()
        words = [unquote(word) for word in urlsplit(self.path).path.split("/")[1:]]
        ways, name = words[:-1], words[-1]
        way = {word.split("-")[0]: word.split("-")[1:] for word in ways}
        path = os.path.join(folder, "files", name)
        if "status" in way and count(self.path) < int(way["status"][1]):
            return self.empty(int(way["status"][0]))
        if "to" in way and int(way["to"][0]) > 0:
            rest = [word for word in ways if not word.startswith("to-")]
            return self.empty(302, ("Location", "/".join([f"/to-{int(way['to'][0]) - 1}"] + rest + [name])))
        if "away" in way:
            with open(os.path.join(folder, "other")) as file:
                return self.empty(307, ("Location", file.read() + name))
        while "hold" in way and not os.path.exists(os.path.join(folder, "go")):
            time.sleep(0.01)
        if not os.path.isfile(path):
            return self.empty(404)
        with open(path, "rb") as file:
            data = file.read()
        self.answer(way, data, os.stat(path).st_mtime)

    def answer(self, way, data, changed):
        tag = f'"{hashlib.sha1(data).hexdigest()}"'
        date = formatdate(changed, usegmt=True)
        headers = [("Accept-Ranges", "bytes")]
        if "weak" in way:
            tag = f"W/{tag}"
        if not {"anew", "dated"} & set(way):
            headers.append(("ETag", tag))
        if not {"anew", "weak"} & set(way):
            headers.append(("Last-Modified", date))
        if "encoded" in way:
            headers.append(("Content-Encoding", "gzip"))
        known = self.headers["If-None-Match"] == tag or (
            self.headers["If-None-Match"] is None and self.headers["If-Modified-Since"] == date
        )
        if known:
            return self.empty(304, *headers)
        first, status = 0, 200
        wanted = self.headers["Range"]
        if wanted and "whole" not in way and self.headers["If-Range"] in (tag, date, None):
            first, status = int(wanted[len("bytes=") : -1]), 206
            if first >= len(data):
                return self.empty(416, ("Content-Range", f"bytes */{len(data)}"))
            if "shifted" in way:
                first -= 1
            headers.append(("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}"))
        body = data[first:]
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        chunked = "chunked" in way
        self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(body)))))
        self.end_headers()
        if self.command == "HEAD":
            return
        breaks = "cut" in way and count(("cut", self.path)) < int(way["cut"][0])
        stalls = "stall" in way and count(("stall", self.path)) < int(way["stall"][0])
        sent = body[: len(body) // 2] if breaks or stalls else body
        if chunked:
            self.wfile.write(b"%x\r\n" % len(sent) + sent + b"\r\n" + (b"" if breaks or stalls else b"0\r\n\r\n"))
        else:
            self.wfile.write(sent)
        self.wfile.flush()
        if stalls:
            # Until the other side goes.
            self.connection.recv(1)
        self.close_connection = breaks or stalls


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(os.path.join(folder, "port"), "w") as port:
    port.write(str(server.server_address[1]))
print("listening", file=sys.stderr, flush=True)
server.serve_forever()
