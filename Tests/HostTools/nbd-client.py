#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Asks a server for a network block device, as a board does (the newstyle handshake of the NBD protocol).
#
#   nbd-client.py ADDRESS PORT NAME size
#   nbd-client.py ADDRESS PORT NAME read OFFSET LENGTH     prints the bytes in hexadecimal digits
#   nbd-client.py ADDRESS PORT NAME write OFFSET HEX
#
# NAME is that of the export, which may be empty. Ends with status 1 where the server does not do what it is asked.
import socket
import struct
import sys

NO_ZEROES, EXPORT_NAME = 2, 1
READ, WRITE, DISCONNECT = 0, 1, 2
REQUEST, REPLY = 0x25609513, 0x67446698

address, port, name, what = sys.argv[1:5]
line = socket.create_connection((address, int(port)), timeout=60)


def take(length):
    data = b""
    while len(data) < length:
        part = line.recv(length - len(data))
        if not part:
            sys.exit("the server has hung up")
        data += part
    return data


def ask(command, offset, length, data=b""):
    line.sendall(struct.pack(">IHHQQI", REQUEST, 0, command, 7, offset, length) + data)
    magic, error, handle = struct.unpack(">IIQ", take(16))
    if (magic, error, handle) != (REPLY, 0, 7):
        sys.exit(f"the server answers {magic:#x}, error {error}, handle {handle}")


if take(16) != b"NBDMAGICIHAVEOPT":
    sys.exit("this is no NBD server")
(flags,) = struct.unpack(">H", take(2))
line.sendall(struct.pack(">I", flags & 3))
line.sendall(b"IHAVEOPT" + struct.pack(">II", EXPORT_NAME, len(name)) + name.encode())
size, _ = struct.unpack(">QH", take(10))
if not flags & NO_ZEROES:
    take(124)
if what == "size":
    print(size)
elif what == "read":
    offset, length = int(sys.argv[5]), int(sys.argv[6])
    ask(READ, offset, length)
    print(take(length).hex())
else:
    data = bytes.fromhex(sys.argv[6])
    ask(WRITE, int(sys.argv[5]), len(data), data)
line.sendall(struct.pack(">IHHQQI", REQUEST, 0, DISCONNECT, 8, 0, 0))
