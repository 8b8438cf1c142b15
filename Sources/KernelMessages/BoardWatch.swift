// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Patterns

/// Watches what a board prints while something runs on it: what its kernel reports, and signs that the system is gone.
///
/// A sign is a suspicion only. The lines of a panic, or of a boot, may be old ones that a test prints with `dmesg` or `cat`;
/// a signal of the test that follows takes the sign back, and so does ``forget()``. Lines count by their first words, behind
/// the kernel's time stamp; reports of the kernel are looked for in lines that have one. Lines that begin with something
/// else cost a `memchr` and a comparison.
package struct BoardWatch: Sendable {
  /// The first sign since the board was last known to live.
  package private(set) var sign: BoardSign?
  /// The first line of a boot loader or a kernel that started since the last signal, also where the sign was taken back.
  package private(set) var restart: BoardSign?
  private var hasNewRestart = false
  /// The begin of the line that has not ended.
  private var carry: [UInt8] = []
  private var reader: KernelMessageReader
  /// How many bytes of an open message the reader has been given.
  private var openCount = 0

  /// Of a line no more is looked at.
  private static let lineLimit = 1024
  /// A message without an end is taken as it is then.
  private static let messageLimit = 64 << 10

  package init() throws(PatternError) { reader = try KernelMessageReader() }

  /// Takes bytes that the board printed.
  ///
  /// - Returns: what the kernel reports with them, but panics: those are signs.
  /// - Throws: a search in the kernel's lines was given up.
  package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(PatternError) -> [KernelMessage] {
    guard let base = bytes.baseAddress else { return [] }
    var messages: [KernelMessage] = []
    var start = 0
    while let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) {
      let end = UnsafeRawPointer(found) - base
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      start = end + 1
      if carry.isEmpty {
        try take(line, &messages)
      } else {
        carry += line.prefix(Self.lineLimit - carry.count)
        let whole = carry
        carry.removeAll(keepingCapacity: true)
        let result = whole.withUnsafeBytes { line in
          Result { () throws(PatternError) in try take(line, &messages) }
        }
        try result.get()
      }
    }
    carry += bytes[start...].prefix(Self.lineLimit - carry.count)
    return messages
  }

  /// Takes silence: what has begun and not ended is taken as it is.
  ///
  /// - Returns: the message that had started.
  package mutating func settle() -> KernelMessage? {
    openCount = 0
    return reader.giveUp().flatMap { $0.kind.isFatal ? nil : $0 }
  }

  /// Whether a boot loader or a kernel has started since the sign, or is the sign.
  package var hasRestarted: Bool { sign != nil && hasNewRestart }

  /// Takes the sign back: something on the board lives.
  package mutating func forget() {
    sign = nil
    hasNewRestart = false
  }

  // MARK: Lines

  private mutating func take(
    _ line: UnsafeRawBufferPointer,
    _ messages: inout [KernelMessage]
  ) throws(PatternError) {
    // Most lines end here.
    guard line.count >= Self.shortest, Self.isTelling(line[0], line[1]) else { return }
    let words = ConsoleLineWords(line)
    if words.begins(with: "<LAVA_") {
      restart = nil
      return forget()
    }
    if let kind = Self.sign(words) { note(kind, words) }
    guard words.isStamped else { return }
    openCount += line.count
    for message in try reader.feed(Array(Self.trimmed(line)) + Array("\r\n".utf8)) where !message.kind.isFatal {
      messages.append(message)
    }
    if !reader.isOpen { openCount = 0 }
    if openCount > Self.messageLimit, let message = settle() { messages.append(message) }
  }

  private mutating func note(_ kind: BoardSign.Kind, _ words: ConsoleLineWords) {
    let new = BoardSign(kind, String(decoding: Self.trimmed(words.text), as: UTF8.self))
    if kind == .restart {
      hasNewRestart = true
      restart = restart ?? new
    }
    sign = sign ?? new
  }

  private static func trimmed(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var end = line.count
    while end > 0, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: line[..<end])
  }

  /// Whether a line that begins with these bytes may be a sign, a signal, or the kernel's.
  private static func isTelling(_ first: UInt8, _ second: UInt8) -> Bool {
    switch first {
    case UInt8(ascii: "["), UInt8(ascii: "<"), ...0x20, 0x7F...: true
    case UInt8(ascii: "-"), UInt8(ascii: "U"): second == UInt8(ascii: "-")
    case UInt8(ascii: "B"): second == UInt8(ascii: "o") || second == UInt8(ascii: "d")
    case UInt8(ascii: "G"): second == UInt8(ascii: "R")
    case UInt8(ascii: "K"), UInt8(ascii: "S"), UInt8(ascii: "W"), UInt8(ascii: "r"): second == UInt8(ascii: "e")
    case UInt8(ascii: "N"): second == UInt8(ascii: "O")
    case UInt8(ascii: "b"): second == UInt8(ascii: "a")
    case UInt8(ascii: "i"): second == UInt8(ascii: "P")
    default: false
    }
  }

  /// No line that counts is shorter, in bytes.
  private static let shortest = 8

  /// What each line is a sign of, by its first words. Kernels of this century, and the boot loaders and firmwares that are
  /// common on boards and in QEMU.
  private static let signs: [(words: StaticString, kind: BoardSign.Kind)] = [
    ("Kernel panic - not syncing", .panic),
    ("---[ end Kernel panic - not syncing", .panic),
    ("reboot: System halted", .halt),
    ("reboot: Power down", .halt),
    ("reboot: Restarting system", .restart),
    ("reboot: machine restart", .restart),
    ("Booting Linux on physical CPU", .restart),
    ("U-Boot SPL 20", .restart),
    ("U-Boot TPL 20", .restart),
    ("U-Boot 20", .restart),
    ("barebox 20", .restart),
    ("NOTICE:  BL1: ", .restart),
    ("NOTICE:  BL2: ", .restart),
    ("GRUB loading", .restart),
    ("Welcome to GRUB!", .restart),
    ("SeaBIOS (version", .restart),
    ("iPXE initialising devices", .restart),
    ("BdsDxe: starting Boot", .restart),
  ]

  private static func sign(_ words: ConsoleLineWords) -> BoardSign.Kind? {
    // /proc/version says the same without a time stamp.
    if words.isAtZero, words.begins(with: "Linux version ") { return .restart }
    return signs.first { words.begins(with: $0.words) }?.kind
  }
}
