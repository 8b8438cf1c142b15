// SPDX-License-Identifier: Apache-2.0

/// A file that a board has sent through its console (docs/Signals.md, "Files").
package struct BoardFile: Sendable, Hashable {
  /// The suite during which it was sent; `nil` outside of any.
  package var suite: String?
  /// As the board named it: any text.
  package var name: String
  package var bytes: [UInt8]

  package init(suite: String?, name: String, bytes: [UInt8]) {
    self.suite = suite
    self.name = name
    self.bytes = bytes
  }
}

/// Puts the files together that come in TESTFILE signals.
struct FileAssembly: Sendable {
  /// What is wrong with a file, or a piece of one.
  struct Trouble: Error, Equatable {
    var message: String
  }

  private struct Unfinished: Sendable {
    var name: String
    var size: Int
    var bytes: [UInt8] = []
  }

  /// The largest file, in bytes: 16 MiB.
  static let mostBytes = 16 << 20
  /// How many files may be on their way at once.
  static let mostFiles = 8

  /// By the number that the board gave them.
  private var files: [String: Unfinished] = [:]

  /// Takes the words of a TESTFILE signal.
  ///
  /// - Returns: the file, when it is whole.
  mutating func take(_ words: SignalWords, suite: String?) throws(Trouble) -> BoardFile? {
    guard words.count >= 3 else { throw Trouble(message: "a TESTFILE signal says too little") }
    let id = words[1]
    switch (words[0], words.count) {
    case ("BEGIN", 4): try begin(id, name: words[2], size: words[3])
    case ("DATA", 4): try append(id, offset: words[2], base64: words.bytes[words.ranges[3]])
    case ("END", 3): return try end(id, sum: words[2], suite)
    default: throw Trouble(message: "a TESTFILE signal begins with '\(words[0])'")
    }
    return nil
  }

  private mutating func begin(_ id: String, name: String, size: String) throws(Trouble) {
    guard let size = Int(size), (0...Self.mostBytes).contains(size) else {
      throw Trouble(message: "the file '\(name)' has \(size) bytes, and \(Self.mostBytes) are the most")
    }
    guard files[id] != nil || files.count < Self.mostFiles else {
      throw Trouble(message: "the file '\(name)' is one too many at once")
    }
    files[id] = Unfinished(name: name, size: size)
  }

  private mutating func append(_ id: String, offset: String, base64: ArraySlice<UInt8>) throws(Trouble) {
    guard let file = files[id] else { return }
    guard Int(offset) == file.bytes.count, let piece = Base64.decoded(base64),
      file.bytes.count + piece.count <= file.size
    else {
      files[id] = nil
      throw Trouble(message: "the file '\(file.name)' is left out: a piece of it is missing or damaged")
    }
    files[id]?.bytes += piece
  }

  private mutating func end(_ id: String, sum: String, _ suite: String?) throws(Trouble) -> BoardFile? {
    guard let file = files.removeValue(forKey: id) else { return nil }
    var crc = CRC32C()
    crc.update(file.bytes)
    guard crc.value.hexText == sum else {
      throw Trouble(message: "the file '\(file.name)' is left out: its sum is wrong")
    }
    guard file.bytes.count == file.size else {
      throw Trouble(
        message: "the file '\(file.name)' is left out: the board read \(file.bytes.count) of its \(file.size) bytes"
      )
    }
    return BoardFile(suite: suite, name: file.name, bytes: file.bytes)
  }

  /// The names of the files that did not come to their end.
  var unfinished: [String] { files.values.map(\.name).sorted() }
}

/// RFC 4648 §4, with padding.
private enum Base64 {
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard text.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var bits: UInt32 = 0
    for (index, byte) in text.dropLast(padding).enumerated() {
      guard let value = value(of: byte) else { return nil }
      bits = bits << 6 | value
      if index % 4 == 3 {
        bytes += [
          UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits),
        ]
        bits = 0
      }
    }
    if padding == 1 { bytes += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)] }
    if padding == 2 { bytes.append(UInt8(truncatingIfNeeded: bits >> 4)) }
    return bytes
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
