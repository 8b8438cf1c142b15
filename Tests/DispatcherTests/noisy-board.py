# SPDX-License-Identifier: Apache-2.0
#
# noisy-board [noise=SEED] [down=BYTE:COUNT] [up=BYTE:COUNT] PROGRAM…: a program on a terminal of its own behind a line
# that loses bytes.
#
#   noise   of a thousand bytes one is lost or changed, on the average, in both directions
#   down    of what is typed, the first COUNT bytes of this value (hexadecimal) are lost
#   up      the same of what the program prints, once it has printed a line
import os, pty, random, select, sys, termios, tty

arguments, options = sys.argv[1:], {}
while "=" in arguments[0]:
    name, value = arguments.pop(0).split("=")
    options[name] = value
pid, board = pty.fork()
if pid == 0:
    os.execvp(arguments[0], arguments)


def noise(seed):
    chance = random.Random(seed)

    def line(data):
        out = bytearray()
        for byte in data:
            trouble = chance.randrange(1000) == 0
            if not trouble:
                out.append(byte)
            elif chance.randrange(2) == 0:
                # One bit flips: the one that makes no control character of what is typed in small letters.
                out.append(byte ^ 0x40)
        return bytes(out)

    return line


def swallow(what, armed):
    value, count = int(what.split(":")[0], 16), int(what.split(":")[1])

    def line(data):
        nonlocal count, armed
        out = bytearray()
        for byte in data:
            if armed and byte == value and count > 0:
                count -= 1
            else:
                out.append(byte)
            armed = armed or byte == 0x0A
        return bytes(out)

    return line


lines = {"down": [], "up": []}
if "noise" in options:
    lines["down"].append(noise(int(options["noise"])))
    lines["up"].append(noise(int(options["noise"]) + 1000))
for name in ("down", "up"):
    if name in options:
        lines[name].append(swallow(options[name], armed=name == "down"))


def move(source, target, name):
    data = os.read(source, 4096)
    left = data
    for line in lines[name]:
        left = line(left)
    os.write(target, left)
    return data


tty.setraw(0, termios.TCSANOW)
while True:
    ready = select.select([0, board], [], [])[0]
    try:
        if board in ready and not move(board, 1, "up"):
            break
        if 0 in ready and not move(0, board, "down"):
            break
    except OSError:
        break
