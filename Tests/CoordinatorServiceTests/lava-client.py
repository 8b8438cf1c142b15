#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A client of LAVA's coordinator, written from the description of the protocol: one request a connection, half-closed
after sending, asked again while the answer is 'wait'.

lava-client.py PORT GROUP CLIENT ROLE SIZE DELAY REQUEST[,ARGUMENT…]…  prints one answer a line.
"""
import json
import socket
import sys
import time


def ask(port, message):
    text = json.dumps(message)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"%08X" % len(text) + text.encode("ascii"))
        connection.shutdown(socket.SHUT_WR)
        data = b""
        while piece := connection.recv(4096):
            data += piece
    assert len(data) - 8 == int(data[:8], 16), data
    return json.loads(data[8:])


def main():
    port, group, client, role, size, delay = sys.argv[1:7]
    for words in sys.argv[7:]:
        request, *arguments = words.split(",")
        message = {"port": int(port), "blocksize": 4096, "poll_delay": 1, "host": "localhost", "hostname": "worker"}
        message.update({"client_name": client, "group_name": group, "role": role, "request": request})
        if request in ("group_data", "clear_group"):
            message["group_size"] = int(size)
        else:
            message["messageID"] = arguments[0]
        if request == "lava_send":
            message["message"] = dict(pair.split("=") for pair in arguments[1:])
        if request == "lava_wait_all" and len(arguments) > 1:
            message["waitrole"] = arguments[1]
        while (answer := ask(int(port), message)) == {"response": "wait"}:
            time.sleep(float(delay))
        print(json.dumps(answer), flush=True)


main()
