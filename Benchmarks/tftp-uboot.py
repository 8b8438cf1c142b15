#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gets files by a real U-Boot from Pumice's TFTP server (docs/NetworkBoot.md), in Scripts/lab:

    Scripts/lab uboot-arm64 -- Benchmarks/tftp-uboot.py BENCH FOLDER

BENCH is the program pumice-bench, FOLDER a folder for files of 135 MB. U-Boot says the sum of what it has got, which is
compared with zlib's. The exit code is 1 where one is another."""
import importlib.util, os, re, socket, subprocess, sys, time, zlib

here = os.path.dirname(os.path.realpath(__file__))
matrix = importlib.util.module_from_spec(importlib.util.spec_from_file_location("tftp", os.path.join(here, "tftp.py")))
matrix.__spec__.loader.exec_module(matrix)

# The longest block that comes in one packet of the network; Debian's U-Boot puts no fragments together.
BLOCKS = [512, 1468]
ADDRESS = 0x48000000
PROMPT = b"\n=> "


class Board:
    """U-Boot at its prompt, on a telnet port."""

    def __init__(self):
        self.switch("on")
        self.line = socket.create_connection(("127.0.0.1", 7001))
        self.wait(b"stop autoboot", 60)
        self.line.sendall(b" ")
        self.wait(PROMPT, 10)

    def switch(self, verb):
        subprocess.run([os.path.join(here, "../Examples/devices/lab-power"), "uboot-arm64", verb], check=True)

    def wait(self, text, seconds):
        said, end = b"", time.monotonic() + seconds
        while text not in said:
            self.line.settimeout(max(end - time.monotonic(), 0.01))
            said += self.line.recv(4096)
        return said.decode(errors="replace")

    def say(self, command, seconds=10):
        self.line.sendall(command.encode() + b"\n")
        return self.wait(PROMPT, seconds)

    def get(self, name, block, window):
        """Returns the sum and the size of what came, in hexadecimal; None where nothing did."""
        # It sets no size where a file is empty. A block that comes again it acknowledges once, then only after a silence,
        # and it gives up after ten of those: with losses there are more.
        self.say(f"setenv tftpblocksize {block}; setenv tftpwindowsize {window}; setenv filesize 0")
        said = self.say(f"tftpboot {ADDRESS:x} {name} && crc32 {ADDRESS:x} $filesize && echo size=$filesize.", 600)
        match = re.search(r"==> ([0-9a-f]{8})\s+size=([0-9a-f]+)\.", said)
        if not match: print(said)
        return match and match.groups()


def main(bench, folder):
    files = matrix.make(folder)
    server = matrix.Server([bench, "tftp", *files])
    board = Board()
    for command in ["setenv autoload no", "dhcp", "setenv serverip 10.77.0.1", "setenv tftptimeout 1000",
                    "setenv tftptimeoutcountmax 100000"]:
        board.say(command, 60)
    wrong = done = 0
    for path in files:
        content = open(path, "rb").read()
        for block in BLOCKS:
            for window in matrix.WINDOWS:
                for loss in matrix.LOSSES:
                    if loss and len(content) / block > 100_000: continue
                    proxy = matrix.LossyProxy(server.port, loss, f"{len(content)} {block} {window}", ("10.77.0.1", 69))
                    proxy.start()
                    start = time.monotonic()
                    got = board.get(os.path.basename(path), block, window)
                    took = time.monotonic() - start
                    proxy.stop()
                    fine = got == (f"{zlib.crc32(content):08x}", f"{len(content):x}")
                    done += 1
                    wrong += not fine
                    print(f"{'ok  ' if fine else 'BAD '} {len(content):>11} bytes by U-Boot, blksize {block:>5}, "
                          f"windowsize {window:>2}, loss {loss} %: {took:6.2f} s", flush=True)
    board.switch("off")
    server.stop()
    print(f"{done} transfers by U-Boot, {wrong} wrong")
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
