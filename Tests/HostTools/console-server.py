# SPDX-License-Identifier: Apache-2.0
#
# A console server: one line, over TCP or over telnet.
#
#   console-server.py tcp|telnet [PROGRAM…]    says "listening PORT" on standard error
#
# Without a program the line leads to nothing, and answers each line by "said LINE". It obeys some of them: "drop" closes the
# connection; "away" closes it, and for a second nobody listens; "all" sends every byte there is; "gone" ends the server; what
# follows "raw " in hexadecimal goes over the connection as it is, after it a line end.
#
# With a program, that runs on a terminal and is the board. When it says "drop-" and "the-line" in one word, the connection is
# closed and nobody listens for a second and a half: what the board says meanwhile is lost.
#
# What comes over telnet beside the data is told on standard error, in hexadecimal. The program's end is the server's.
import os, pty, select, socket, sys, time

telnet, program = sys.argv[1] == "telnet", sys.argv[2:]
IAC, SE, SB, WILL, WONT, DO, DONT = 255, 240, 250, 251, 252, 253, 254
word = b"drop-" + b"the-line"


def say(text):
    print(text, file=sys.stderr, flush=True)


def listen(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def encoded(data):
    return data.replace(b"\xff", b"\xff\xff") if telnet else data


class Decoder:
    """Takes telnet's commands out, and the byte that fills up behind a CR unless the line is binary."""

    def __init__(self):
        self.rest, self.binary, self.returned = b"", False, False

    def data(self, new):
        if not telnet:
            return new
        stream, out = self.rest + new, bytearray()
        while stream:
            if stream[0] != IAC:
                byte, stream = stream[0], stream[1:]
                if not (self.returned and byte == 0):
                    out.append(byte)
                self.returned = byte == 13 and not self.binary
            elif len(stream) < 2:
                break
            elif stream[1] == IAC:
                out.append(IAC)
                stream = stream[2:]
            elif stream[1] >= WILL:
                if len(stream) < 3:
                    break
                say("command " + stream[:3].hex())
                if stream[1:3] == bytes([WILL, 0]):
                    self.binary = True
                stream = stream[3:]
            else:
                say("command " + stream[:2].hex())
                stream = stream[2:]
        self.rest = stream
        return bytes(out)


listener = listen(0)
port = listener.getsockname()[1]
say(f"listening {port}")
board = None
if program:
    pid, board = pty.fork()
    if pid == 0:
        os.execvp(program[0], program)
client, decoder, said, line, back = None, None, b"", b"", 0.0


def leave(seconds):
    global client, listener, back
    client.close()
    client = None
    if seconds:
        listener.close()
        listener, back = None, time.monotonic() + seconds


def obey(text):
    if text == b"drop":
        leave(0)
    elif text == b"away":
        leave(1)
    elif text == b"gone":
        sys.exit(0)
    elif text == b"all":
        client.sendall(encoded(bytes(range(256))))
    elif text.startswith(b"raw "):
        client.sendall(bytes.fromhex(text[4:].decode()) + b"\r\n")
    else:
        client.sendall(encoded(b"said " + text + b"\r\n"))


while True:
    sources = [source for source in (board, listener, client) if source]
    wait = None if listener else max(back - time.monotonic(), 0)
    ready = select.select(sources, [], [], wait)[0]
    if not listener and time.monotonic() >= back:
        listener = listen(port)
        continue
    for source in ready:
        if source is listener and listener:
            if client:
                client.close()
            client, _ = listener.accept()
            decoder, line = Decoder(), b""
            if telnet:
                client.sendall(bytes([IAC, WILL, 1, IAC, WILL, 3, IAC, DO, 0, IAC, DO, 24]))
        elif source is client and client:
            try:
                new = client.recv(4096)
            except OSError:
                new = b""
            if not new:
                client.close()
                client = None
                continue
            data = decoder.data(new)
            if board:
                os.write(board, data)
                continue
            line += data
            while b"\n" in line and client:
                text, line = line.split(b"\n", 1)
                obey(text.rstrip(b"\r"))
        elif source is board and board:
            try:
                new = os.read(board, 4096)
            except OSError:
                sys.exit(0)
            if client:
                client.sendall(encoded(new))
            said = (said + new)[-200:]
            if word in said and client:
                said = b""
                leave(1.5)
