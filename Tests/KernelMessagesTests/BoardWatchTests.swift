// SPDX-License-Identifier: Apache-2.0

import HostTools
import KernelMessages
import Testing

/// Signs that a board is gone, and what takes them back.
@Suite struct BoardWatchTests {
  struct Vector: Sendable {
    var printed: String
    var sign: BoardSign?
    var hasRestarted = false
    var restart: String?

    init(
      _ printed: String,
      _ kind: BoardSign.Kind?,
      _ line: String = "",
      hasRestarted: Bool = false,
      restart: String? = nil
    ) {
      self.printed = printed
      sign = kind.map { BoardSign($0, line) }
      self.hasRestarted = hasRestarted
      self.restart = restart
    }
  }

  private static let panic = "Kernel panic - not syncing: Attempted to kill init!"
  private static let spl = "U-Boot SPL 2024.01 (Jan 08 2024 - 15:37:48 +0000)"
  private static let linux = "Linux version 6.1.0-18-arm64 (debian-kernel@lists.debian.org)"
  private static let signal = "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>"

  static let vectors = [
    Vector("all is well\r\n", nil),
    Vector("[    4.946791] \(panic)\r\n", .panic, panic),
    Vector("[    4.946791][    T1] \(panic)\r\n", .panic, panic),
    Vector("<0>[    4.946791] \(panic)\r\n", .panic, panic),
    Vector("\(panic)\r\n", .panic, panic),
    Vector("\u{0}\u{FF}\(panic)\r\n", .panic, panic),
    // Within a line that a test had begun; the kernel's last line has one of its own.
    Vector("50 %...[    4.9] \(panic)\r\n[    5.0] ---[ end \(panic)\r\n", .panic, "---[ end \(panic)"),
    // The first sign is the reason; what comes then says more.
    Vector("[    4.9] \(panic)\r\n\r\n\(spl)\r\n", .panic, panic, hasRestarted: true, restart: spl),
    Vector("[   77.1] reboot: System halted\r\n", .halt, "reboot: System halted"),
    Vector("[   77.1] reboot: Power down\r\n", .halt, "reboot: Power down"),
    Vector(
      "[   77.1] reboot: Restarting system\r\n",
      .restart,
      "reboot: Restarting system",
      hasRestarted: true,
      restart: "reboot: Restarting system"
    ),
    Vector("\r\n\(spl)\r\n", .restart, spl, hasRestarted: true, restart: spl),
    Vector("U-Boot 2024.01\r\n", .restart, "U-Boot 2024.01", hasRestarted: true, restart: "U-Boot 2024.01"),
    Vector("[    0.000000] \(linux)\r\n", .restart, linux, hasRestarted: true, restart: linux),
    Vector("[    0.000001] \(linux)\r\n", nil),
    // /proc/version.
    Vector("\(linux)\r\n", nil),
    Vector("Welcome to GRUB!\r\n", .restart, "Welcome to GRUB!", hasRestarted: true, restart: "Welcome to GRUB!"),
    Vector("see U-Boot SPL 2024.01\r\n", nil),
    // Signals take it back, the kernel's log too.
    Vector("[    4.9] \(panic)\r\n\(signal)\r\n", nil),
    Vector("\(spl)\r\n[   99.1] \(signal)\r\n", nil),
    Vector("\(signal)\r\n[    4.9] \(panic)\r\n", .panic, panic),
    // Not before its end.
    Vector("[    4.9] \(panic)", nil),
  ]

  @Test(arguments: vectors) func signs(_ vector: Vector) throws {
    let bytes = Array(vector.printed.utf8)
    for size in [1, 2, 7, bytes.count] {
      var watch = try BoardWatch()
      try Self.feed(&watch, bytes, pieces: size)
      #expect(watch.sign == vector.sign)
      #expect(watch.hasRestarted == vector.hasRestarted)
      #expect(watch.restart?.line == vector.restart)
    }
  }

  @Test func whatIsForgotten() throws {
    var watch = try BoardWatch()
    try Self.feed(&watch, Array("\(Self.spl)\r\n".utf8), pieces: 100)
    watch.forget()
    #expect(watch.sign == nil)
    #expect(!watch.hasRestarted)
    #expect(watch.restart?.line == Self.spl)
    try Self.feed(&watch, Array("\(Self.panic)\r\n".utf8), pieces: 100)
    #expect(watch.sign == BoardSign(.panic, Self.panic))
    #expect(!watch.hasRestarted)
    try Self.feed(&watch, Array("\(Self.signal)\r\n".utf8), pieces: 100)
    #expect(watch.sign == nil)
    #expect(watch.restart == nil)
  }

  /// Lines of a test may stand between those of the kernel; what a test itself calls a warning is none of the kernel's.
  @Test func messages() throws {
    var watch = try BoardWatch()
    let text = """
      WARNING: pip is old
      [    1.0] ------------[ cut here ]------------
      [    1.1] WARNING: at a.c:1
      test output
      [    1.2] ---[ end trace 0123456789abcdef ]---
      BUG: in a test
      [    1.3] BUG: scheduling while atomic
      [    1.4] Kernel panic - not syncing: x
      [    1.5] ---[ end Kernel panic - not syncing: x ]---
      [    1.6] WARNING: it goes on

      """
    let messages = try Self.feed(&watch, Array(text.replacing("\n", with: "\r\n").utf8), pieces: 10)
    #expect(
      messages == [
        KernelMessage(
          .warning,
          "[    1.0] ------------[ cut here ]------------\r\n[    1.1] WARNING: at a.c:1\r\n"
            + "[    1.2] ---[ end trace 0123456789abcdef ]---"
        ),
        KernelMessage(.bug, "[    1.3] BUG: scheduling while atomic"),
      ]
    )
    #expect(watch.settle() == KernelMessage(.warning, "[    1.6] WARNING: it goes on"))
    #expect(watch.settle() == nil)
  }

  /// A message without an end does not swallow all that comes.
  @Test func aMessageWithoutAnEnd() throws {
    var watch = try BoardWatch()
    let line = "[    1.0] WARNING: possible circular locking dependency detected\r\n"
    let rest = String(repeating: "[    1.1] the chain is long\r\n", count: 3000)
    let messages = try Self.feed(&watch, Array((line + rest + "[    2.0] BUG: b\r\n").utf8), pieces: 4096)
    let warning = "[    1.0] WARNING: possible circular locking dependency detected"
    #expect(messages == [KernelMessage(.warning, warning), KernelMessage(.bug, "[    2.0] BUG: b")])
  }

  /// Noise, and what signs are made of: the same is seen however it is cut.
  @Test(arguments: 0..<50 as Range<UInt64>) func random(seed: UInt64) throws {
    let fragments = [
      "[", "[    1.5] ", "[    0.000000] ", "<LAVA_", "Kernel panic - not syncing", "---[ end ", "U-Boot ", "20",
      "SPL ",
      "Linux version ", "reboot: ", "Power down", "\r\n", "\n", "\n", "]", " ", "<6>", ".", "1", "BUG: ", "WARNING: ",
    ]
    var generator = SeededGenerator(state: seed)
    for _ in 0..<40 {
      var text = (0..<60).flatMap { _ in Array((fragments.randomElement(using: &generator) ?? "").utf8) }
      text[Int.random(in: 0..<text.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      var (whole, cut) = (try BoardWatch(), try BoardWatch())
      let messages = try Self.feed(&whole, text, pieces: text.count)
      #expect(try Self.feed(&cut, text, pieces: Int.random(in: 1...9, using: &generator)) == messages)
      #expect(whole.sign == cut.sign)
      #expect(whole.restart == cut.restart)
    }
  }

  @discardableResult
  private static func feed(_ watch: inout BoardWatch, _ bytes: [UInt8], pieces size: Int) throws -> [KernelMessage] {
    var messages: [KernelMessage] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = Array(bytes[start..<min(start + size, bytes.count)])
      messages += try piece.withUnsafeBytes { try watch.feed($0) }
    }
    return messages
  }
}
