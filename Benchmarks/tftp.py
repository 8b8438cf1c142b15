#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pumice's TFTP server at length (docs/NetworkBoot.md):

    tftp.py BENCH FOLDER matrix    every size, block size, window and rate of loss, bit for bit; clients that people have
    tftp.py BENCH FOLDER speed     MB/s on loopback, beside tftpd-hpa and dnsmasq where they are installed

BENCH is the program pumice-bench, FOLDER a folder for files of 135 MB. Loss is made by a proxy of this script's own, from
a seed: kernels of build machines often have no netem. The exit code is 1 where a file did not arrive whole.
"""
import concurrent.futures, os, random, select, shutil, socket, struct, subprocess, sys, threading, time

SIZES = [0, 511, 512, 513, 65535 * 512 + 1, 100_000_000]
BLOCKS = [512, 1468, 65464]
WINDOWS = [1, 16, 64]
LOSSES = [0, 1, 5]


class Client:
    """Gets a file as RFC 1350, 2347, 2348 and 7440 say."""

    def __init__(self, port, name, block, window):
        self.address, self.name, self.block, self.window = ("127.0.0.1", port), name, block, window
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.peer = None

    def get(self, keep):
        options = []
        if self.block != 512: options += ["blksize", str(self.block)]
        if self.window > 1: options += ["windowsize", str(self.window)]
        words = [self.name, "octet"] + options
        request = b"\0\1" + b"".join(w.encode() + b"\0" for w in words)
        block, window = 512, 1
        last, expected, unacknowledged, silent = request, 1, 0, 0
        self.socket.settimeout(0.2)
        self.socket.sendto(request, self.address)
        ack = struct.Struct("!HH").pack
        buffer = bytearray(65536 + 4)
        while True:
            try:
                count, peer = self.socket.recvfrom_into(buffer)
            except socket.timeout:
                silent += 1
                if silent > 100: raise RuntimeError("the server fell silent")
                self.socket.sendto(last, self.peer or self.address)
                unacknowledged = 0
                continue
            silent = 0
            if self.peer is None: self.peer = peer
            if peer != self.peer: continue
            operation, number = struct.unpack_from("!HH", buffer)
            if operation == 5: raise RuntimeError(bytes(buffer[4:count]).decode(errors="replace"))
            if operation == 6:
                if expected > 1: continue
                words = bytes(buffer[2:count]).split(b"\0")
                agreed = dict(zip(words[0::2], words[1::2]))
                block = int(agreed.get(b"blksize", 512))
                window = int(agreed.get(b"windowsize", 1))
                last = ack(4, 0)
                self.socket.sendto(last, self.peer)
                continue
            if operation != 3: continue
            if number != expected & 0xFFFF:
                # A gap, or an old block: say once what was the last in order.
                if unacknowledged != -1:
                    last = ack(4, (expected - 1) & 0xFFFF)
                    self.socket.sendto(last, self.peer)
                    unacknowledged = -1
                continue
            unacknowledged = max(unacknowledged, 0)
            keep(memoryview(buffer)[4:count])
            expected += 1
            unacknowledged += 1
            isLast = count - 4 < block
            if unacknowledged >= window or isLast:
                last = ack(4, number)
                self.socket.sendto(last, self.peer)
                unacknowledged = 0
            if isLast: return


class LossyProxy(threading.Thread):
    """Stands between one client and the server, and drops packets both ways, by a seed."""

    def __init__(self, port, percent, seed, front=("127.0.0.1", 0)):
        super().__init__(daemon=True)
        self.server, self.percent, self.random = ("127.0.0.1", port), percent, random.Random(seed)
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for side, address in ((self.front, front), (self.back, ("127.0.0.1", 0))):
            side.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
            side.bind(address)
        self.port = self.front.getsockname()[1]
        self.stopping = False

    def run(self):
        client, transfer = None, self.server
        while not self.stopping:
            ready, _, _ = select.select([self.front, self.back], [], [], 0.2)
            for side in ready:
                data, peer = side.recvfrom(70000)
                if self.random.random() * 100 < self.percent: continue
                if side is self.front:
                    client = peer
                    self.back.sendto(data, transfer if data[1] != 1 else self.server)
                elif client is not None:
                    transfer = peer
                    self.front.sendto(data, client)

    def stop(self):
        self.stopping = True
        self.join()
        self.front.close()
        self.back.close()


class Server:
    def __init__(self, words, stdin=None, port=None):
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE if port is None else None)
        self.port = port or int(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()


def make(folder):
    names = []
    for size in SIZES:
        path = os.path.join(folder, str(size))
        with open(path, "wb") as file: file.write(random.Random(size).randbytes(size))
        os.chmod(path, 0o644)
        names.append(path)
    return names


def whole(path, got): return open(path, "rb").read() == bytes(got)


def fetch(port, path, block, window, loss):
    got = bytearray()
    proxy = LossyProxy(port, loss, seed=f"{path[-9:]} {block} {window}") if loss else None
    if proxy: proxy.start()
    try:
        Client(proxy.port if proxy else port, os.path.basename(path), block, window).get(got.extend)
    finally:
        if proxy: proxy.stop()
    return whole(path, got)


def matrix(bench, folder):
    files = make(folder)
    server = Server([bench, "tftp", *files])
    rows = [(path, block, window, loss) for path in files for block in BLOCKS for window in WINDOWS for loss in LOSSES
            # Where each loss costs a silence, many packets would take hours.
            if not loss or os.path.getsize(path) / block <= 100_000]
    # A transfer with losses waits most of its time: several at once.
    with concurrent.futures.ProcessPoolExecutor(4) as pool:
        wrong = sum(pool.map(transfer, [server.port] * len(rows), *zip(*rows)))
    for path in files: wrong += others(server.port, path, folder)
    server.stop()
    print(f"{len(rows)} transfers by our own client, and those of other clients: {wrong} wrong")
    return wrong


def transfer(port, path, block, window, loss):
    """One row of the matrix. Returns whether it is wrong."""
    start = time.monotonic()
    try:
        fine = fetch(port, path, block, window, loss)
    except RuntimeError as error:
        fine = False
        print(error)
    print(f"{'ok  ' if fine else 'BAD '} {os.path.getsize(path):>11} bytes, blksize {block:>5}, windowsize {window:>2}, "
          f"loss {loss} %: {time.monotonic() - start:6.2f} s", flush=True)
    return not fine


def others(port, path, folder):
    """The clients that people have, without loss."""
    name, got, wrong = os.path.basename(path), os.path.join(folder, "got"), 0
    commands = {"tftp-hpa": ["tftp", "-m", "binary", "127.0.0.1", str(port), "-c", "get", name, got]}
    for block in BLOCKS:
        commands[f"curl {block}"] = ["curl", "-s", "--tftp-blksize", str(block), "-o", got, f"tftp://127.0.0.1:{port}/{name}"]
        commands[f"busybox {block}"] = ["busybox", "tftp", "-g", "-b", str(block), "-l", got, "-r", name, "127.0.0.1", str(port)]
    for client, words in commands.items():
        if not shutil.which(words[0]): continue
        open(got, "wb").close()
        status = subprocess.run(words, stdout=subprocess.DEVNULL).returncode
        fine = status == 0 and whole(path, open(got, "rb").read())
        wrong += not fine
        print(f"{'ok  ' if fine else 'BAD '} {name:>11} bytes by {client}", flush=True)
    return wrong


def speed(bench, folder):
    path = make(folder)[-1]
    size = os.path.getsize(path)
    os.chmod(folder, 0o755)
    servers = {"Pumice": lambda: Server([bench, "tftp", path])}
    free = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    if shutil.which("in.tftpd", path=os.environ["PATH"] + ":/usr/sbin"):
        servers["tftpd-hpa"] = lambda: Server(
            [shutil.which("in.tftpd", path=os.environ["PATH"] + ":/usr/sbin"), "-L", "-4", "-a", f"127.0.0.1:{port}",
             "-u", "root", "-s", folder], port=port)
    if shutil.which("dnsmasq", path=os.environ["PATH"] + ":/usr/sbin") and os.geteuid() == 0:
        # Its port is fixed: in a network of its own, together with the client.
        servers["dnsmasq"] = None
    print(f"one file of {size / 1e6:.0f} MB on loopback, by this script's client; MB/s, the best of 2")
    print(f"{'server':<12}" + "".join(f"{f'{b}/{w}':>12}" for b in BLOCKS for w in (1, 16)) + "   (blksize/windowsize)")
    for name, start in servers.items():
        if start is None:
            rates = dnsmasq(path)
        else:
            server = start()
            wait(server.port, os.path.basename(path))
            rates = measure(server.port, path)
            server.stop()
        print(f"{name:<12}" + "".join(f"{rate:>12}" for rate in rates), flush=True)


def wait(port, name):
    """Until the server answers: a client that gives up at once is no sign of its speed."""
    for _ in range(50):
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        probe.settimeout(0.2)
        probe.sendto(b"\0\1nothing\0octet\0", ("127.0.0.1", port))
        try:
            probe.recv(600)
            return
        except OSError:
            continue
    raise SystemExit("a server does not answer")


def measure(port, path):
    rates = []
    for block in BLOCKS:
        for window in (1, 16):
            best = None
            for _ in range(2):
                # Where the server leaves the window out, the client counts blocks one by one: that is not what is asked.
                counted = [0]
                def keep(piece): counted[0] += len(piece)
                client = Client(port, os.path.basename(path), block, window)
                start = time.monotonic()
                try:
                    client.get(keep)
                except RuntimeError:
                    break
                if counted[0] != os.path.getsize(path): break
                best = max(best or 0, counted[0] / (time.monotonic() - start) / 1e6)
            rates.append(f"{best:.0f}" if best else "-")
    return rates


def dnsmasq(path):
    words = [sys.executable, __file__, "--dnsmasq", path]
    text = subprocess.run(["unshare", "--net", "--pid", "--fork", "--kill-child", *words], capture_output=True, text=True)
    return text.stdout.split() or ["?"]


def inside(path):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
    server = subprocess.Popen([shutil.which("dnsmasq", path=os.environ["PATH"] + ":/usr/sbin"), "-k", "--conf-file=/dev/null",
                               "--port=0", "--listen-address=127.0.0.1", "--bind-interfaces", "--enable-tftp", "--user=root",
                               "--tftp-root=" + os.path.dirname(path), "--log-facility=/dev/null", "--pid-file="],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait(69, os.path.basename(path))
    print(*measure(69, path))
    server.terminate()


def flood(port, path, seed=7):
    """Sends what no client sends. Each packet is answered by at most one error of RFC 1350; then a file is got as ever."""
    chance, wrong = random.Random(seed), 0
    bad = [
        b"", b"\0", b"\0\1", b"\0\1name", b"\0\1name\0", b"\0\1name\0octet", b"\0\1name\0mail\0", b"\0\0", b"\0\7x",
        b"\xff\xff", b"\0\3\0\1data", b"\0\4\0\1", b"\0\6blksize\x00512\0", b"\0\2new\0octet\0",
        b"\0\1../../etc/passwd\0octet\0", b"\0\1/etc/passwd\0octet\0", b"\0\1" + b"a" * 60000 + b"\0octet\0",
        b"\0\1nothing\0octet\0blksize\x007\0", b"\0\1nothing\0octet\0windowsize\x000\0",
    ]
    name = os.path.basename(path).encode()
    for option in (b"blksize\x007", b"blksize\0-1", b"blksize\0x", b"windowsize\x000", b"timeout\x000", b"tsize\0-5"):
        bad.append(b"\0\1" + name + b"\0octet\0" + option + b"\0")
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(("127.0.0.1", port))
    client.settimeout(2)
    for packet in bad:
        client.send(packet)
        # An ERROR of a client's needs no answer, and none of these is one: the answer comes, or the packet was nothing.
        try:
            answer = client.recv(70000)
            fine = answer[:2] == b"\0\5" and len(answer) < 600 and answer[-1] == 0
        except socket.timeout:
            fine = len(packet) < 2
        wrong += not fine
        if not fine: print(f"BAD  answer to {packet[:40]!r}")
    sent = 0
    for _ in range(20000):
        client.send(chance.randbytes(chance.randrange(0, 600)))
        sent += 1
    client.setblocking(False)
    answers = 0
    try:
        while True:
            fine = client.recv(70000)[:2] == b"\0\5"
            answers += 1
            wrong += not fine
    except BlockingIOError:
        pass
    wrong += answers > sent
    return wrong + (not fetch(port, path, 1468, 4, 0))


if __name__ == "__main__":
    if sys.argv[1] == "--dnsmasq":
        inside(sys.argv[2])
    elif sys.argv[1] == "--flood":
        sys.exit(1 if flood(int(sys.argv[2]), sys.argv[3]) else 0)
    elif sys.argv[1] == "--get":
        # PORT FILE BLKSIZE WINDOWSIZE LOSS: whether the file comes as it is
        port, path, *numbers = sys.argv[2:]
        sys.exit(0 if fetch(int(port), path, *map(int, numbers)) else 1)
    else:
        bench, folder, what = sys.argv[1:4]
        sys.exit(1 if {"matrix": matrix, "speed": speed}[what](bench, folder) else 0)
