# SPDX-License-Identifier: Apache-2.0
#
# A board behind a server of serial lines, as labs have them: the board lives on when a connection ends.
#
#   serial-line FOLDER PROGRAM…   connects standard input and output to the board's line. The first time the board, PROGRAM
#                                 on a terminal of its own, is started; it ends when FOLDER/off is there
#
# When the board says "drop-" and "the-line" in one word, the connection is ended, once.
import os, pty, select, socket, sys, termios, tty

folder, program = sys.argv[1], sys.argv[2:]
address = os.path.join(folder, "line")
word = b"drop-" + b"the-line"


def serve(listener):
    pid, board = pty.fork()
    if pid == 0:
        os.execvp(program[0], program)
    client, said, drops = None, b"", 1
    while os.path.isdir(folder) and not os.path.exists(os.path.join(folder, "off")):
        sources = [board, listener] + ([client] if client else [])
        for source in select.select(sources, [], [], 0.1)[0]:
            if source is listener:
                client, _ = listener.accept()
                continue
            try:
                data = os.read(board, 4096) if source is board else client.recv(4096)
            except OSError:
                data = b""
            if source is client:
                if data:
                    os.write(board, data)
                else:
                    client.close()
                    client = None
                continue
            if not data:
                return
            if client:
                client.sendall(data)
            said = (said + data)[-4096:]
            if word in said and drops and client:
                drops, client = 0, client.close()


os.chdir(folder)
if not os.path.exists(address):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("line")
    listener.listen()
    if os.fork() == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        serve(listener)
        sys.exit(0)
line = socket.socket(socket.AF_UNIX)
line.connect("line")
tty.setraw(0, termios.TCSANOW)
while True:
    ready = select.select([0, line], [], [])[0]
    if line in ready:
        data = line.recv(4096)
        if not data:
            sys.exit(1)
        os.write(1, data)
    if 0 in ready:
        line.sendall(os.read(0, 4096))
