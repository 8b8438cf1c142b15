# SPDX-License-Identifier: Apache-2.0
#
# noisy-console [OPTION=VALUE…] PROGRAM…: a program on a terminal of its own, behind a line on which a kernel prints in
# between and bytes are lost. The noise begins when the test runner is started, and is the same for the same seed and the
# same output.
#
#   seed=N     of the noise
#   kernel=N   of a thousand lines so many have a line of the kernel at some byte in them
#   bytes=P    of the program's bytes this share is lost or garbled, half of each
#   typed=P    the same of what is typed
import os, pty, random, select, sys, termios, tty

arguments, options = sys.argv[1:], {}
while "=" in arguments[0]:
    name, value = arguments.pop(0).split("=")
    options[name] = float(value)
pid, board = pty.fork()
if pid == 0:
    os.execvp(arguments[0], arguments)

RUNNER = b"/bin/lava-test-runner /"
MESSAGES = [
    "usb 1-1: new high-speed USB device number 2 using xhci_hcd",
    "EXT4-fs (mmcblk0p1): mounted filesystem with ordered data mode. Quota mode: none.",
    " <TASK> __schedule+0x2c/0x8a0 > [ 12.5] done",
    "audit: type=1400 audit(1.2:3): apparmor=\"STATUS\" pid=17 comm=\"<sh>\"",
    "random: crng init done",
]


class Damage:
    """Loses and garbles bytes."""

    def __init__(self, seed, share):
        self.random, self.share = random.Random(seed), share

    def apply(self, data):
        if self.share == 0:
            return data
        out = bytearray()
        for byte in data:
            if self.random.random() >= self.share:
                out.append(byte)
            elif self.random.random() < 0.5:
                out.append(byte ^ (1 << self.random.randrange(7)))
        return bytes(out)


class Kernel:
    """Prints lines between the bytes of a program."""

    def __init__(self, seed, count):
        self.random, self.share, self.time = random.Random(seed), count / 1000, 12.0
        self.place = self.next()

    def next(self):
        """After how many bytes of a line the kernel prints; none: not in this line."""
        return self.random.randrange(80) if self.random.random() < self.share else None

    def line(self):
        self.time += self.random.random()
        level = "<6>" if self.random.random() < 0.2 else ""
        return f"{level}[{self.time:12.6f}] {self.random.choice(MESSAGES)}\r\n".encode()

    def apply(self, data):
        out = bytearray()
        for byte in data:
            if self.place is not None:
                if self.place <= 0:
                    out += self.line()
                    self.place = None
                else:
                    self.place -= 1
            out.append(byte)
            if byte == 0x0A:
                if self.place is not None:
                    out += self.line()
                self.place = self.next()
        return bytes(out)


seed = int(options.get("seed", 1))
kernel = Kernel(seed, options.get("kernel", 0))
printed = Damage(seed + 1, options.get("bytes", 0))
typed = Damage(seed + 2, options.get("typed", 0))
history, is_running = b"", False


def write(target, data):
    while data:
        data = data[os.write(target, data):]


tty.setraw(0, termios.TCSANOW)
while True:
    ready = select.select([0, board], [], [])[0]
    try:
        if board in ready:
            data = os.read(board, 4096)
            if not data:
                break
            write(1, printed.apply(kernel.apply(data)) if is_running else data)
        if 0 in ready:
            data = os.read(0, 4096)
            if not data:
                break
            write(board, typed.apply(data) if is_running else data)
            history = (history + data)[-400:]
            # The newline behind the line that starts the runner.
            is_running = is_running or (RUNNER in history and history.endswith(b"\n"))
    except OSError:
        break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
