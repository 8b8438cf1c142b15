// SPDX-License-Identifier: Apache-2.0

/// Lines of a console that are no signals: of a kernel and of the programs under test, always the same ones.
struct ConsoleLines {
  /// `@` stands for a number; a line that begins with `[` gets the kernel's time. About every tenth holds a `<`, so that a
  /// search for the beginning of a signal has to stop there as well.
  private static let templates = [
    "[usb 1-@: new high-speed USB device number @ using xhci_hcd",
    "[EXT4-fs (mmcblk0p@): mounted filesystem with ordered data mode. Quota mode: none.",
    "[mmc@: new ultra high speed SDR104 SDHC card at address @",
    "[stmmac-@ 3@00000.ethernet eth0: Link is Up - 1Gbps/Full - flow control rx/tx",
    "[clocksource: jiffies: mask: 0xffffffff max_cycles: 0xffffffff, max_idle_ns: 1911260@ ns",
    "[cpu cpu@: EM: created perf domain",
    "[pcieport 0000:00:1c.@: AER: Corrected error received: 0000:0@:00.0",
    "[audit: type=1400 audit(@.@:@): apparmor=\"STATUS\" operation=\"profile_load\" pid=@ comm=\"apparmor_parser\"",
    "[ <TASK>  __schedule+0x@/0x@",
    "[random: crng init done",
    "+ sysctl -w net.core.rmem_max=@",
    "PASS: futex_wait_@ returned @ in @ us",
    "ok @ - clone3() with flags 0x@ gives a pidfd",
    "tst_test.c:@: TINFO: Timeout per run is 0h 0@m 30s",
    "read-@: (g=0): rw=randread, bs=(R) 4096B-4096B, (W) 4096B-4096B, ioengine=libaio, iodepth=@",
    "   READ: bw=@MiB/s (@MB/s), @MiB/s-@MiB/s (@MB/s-@MB/s), io=@MiB, run=@@-@@msec",
    "64 bytes from 192.0.2.1: icmp_seq=@ ttl=64 time=0.@ ms",
    "drivers/net/phy/phy_device.c:@:@: note: expected 'struct phy_device *' but argument is of type 'int'",
    "   @ |   for (unsigned i = 0; i < count; i++) sum += samples[i] * @;",
    "",
  ].map { Array($0.utf8) }

  private var random: RandomNumbers
  private var microseconds = 1_000_000
  /// The next line, with the `\r\n` of a serial line.
  private var line: [UInt8] = []

  init(seed: UInt64) { random = RandomNumbers(seed: seed) }

  /// The next line. It is valid until the next call.
  mutating func next() -> [UInt8] {
    line.removeAll(keepingCapacity: true)
    var numbers = random.next()
    let template = Self.templates[Int(numbers % UInt64(Self.templates.count))]
    var text = template[...]
    if text.first == UInt8(ascii: "[") {
      text = text.dropFirst()
      appendTime(after: Int(numbers >> 56))
    }
    for byte in text {
      guard byte == UInt8(ascii: "@") else {
        line.append(byte)
        continue
      }
      numbers = numbers &* 0x5851_F42D_4C95_7F2D &+ 1
      line.append(contentsOf: String(numbers >> 54).utf8)
    }
    line.append(contentsOf: "\r\n".utf8)
    return line
  }

  /// Appends the kernel's time: seconds and microseconds since its start.
  private mutating func appendTime(after elapsed: Int) {
    microseconds += elapsed
    let seconds = String(microseconds / 1_000_000)
    let fraction = String(microseconds % 1_000_000)
    line.append(UInt8(ascii: "["))
    line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, 5 - seconds.utf8.count)))
    line.append(contentsOf: seconds.utf8)
    line.append(UInt8(ascii: "."))
    line.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 6 - fraction.utf8.count))
    line.append(contentsOf: fraction.utf8)
    line.append(contentsOf: "] ".utf8)
  }
}
