// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-test-file PATH [NAME]`: brings a file to the host through the console, in signals (docs/Signals.md, "Files").
enum TestFile {
  /// The largest file, in bytes: half an hour of a serial line at 115,200 baud.
  private static var limit: Int { 16 << 20 }
  /// How many bytes of the file a signal carries.
  private static var span: Int { 510 }

  static func run(_ invocation: Invocation) -> Int32 {
    let path = invocation.argument(0)
    if path.isEmpty || invocation.arguments.count > 2 { return invocation.usage("Usage: lava-test-file PATH [NAME]") }
    let name = invocation.argument(1)
    let file = File.open(path, O_RDONLY)
    // What it says of its size is not what can be read of it everywhere: /proc, /sys.
    let size = file < 0 ? -1 : read(file) { _ in }
    if size > limit {
      Output.complain(invocation.name, "a file may have 16777216 bytes; more are in", path, [])
      return 1
    }
    if size < 0 || lseek(file, 0, SEEK_SET) != 0 {
      invocation.complainErrno("cannot read", path)
      return 1
    }

    let id = decimal(UInt64(getpid()))
    let shownName = name.isEmpty ? path.lastPathComponent : name
    Signal.send("TESTFILE", words: [Bytes("BEGIN"), id, shownName, decimal(UInt64(size))])
    var sum = CRC32C()
    var offset: UInt64 = 0
    let sent = read(file) { piece in
      for start in stride(from: 0, to: piece.count, by: span) {
        let part = piece.part(start..<min(start + span, piece.count))
        Signal.send("TESTFILE", words: [Bytes("DATA"), id, decimal(offset), Base64.text(of: part)])
        sum.update(part)
        offset += UInt64(part.count)
      }
    }
    if sent < 0 { invocation.complainErrno("cannot read all of", path) }
    var digits: Bytes = []
    digits.append(hexadecimal: sum.value)
    Signal.send("TESTFILE", words: [Bytes("END"), id, digits])
    return sent < 0 ? 1 : 0
  }

  /// Reads a file from where it stands to its end, or until more than the limit has been read.
  ///
  /// - Returns: how many bytes there were; -1 when it cannot be read (`errno` tells why).
  private static func read(_ file: Int32, _ take: (Bytes) -> Void) -> Int {
    var count = 0
    while let piece = File.readPiece(file, 8 * span) {
      if piece.isEmpty { return count }
      count += piece.count
      if count > limit { return count }
      take(piece)
    }
    return -1
  }

  private static func decimal(_ value: UInt64) -> Bytes {
    var digits: Bytes = []
    digits.append(decimal: value)
    return digits
  }
}
