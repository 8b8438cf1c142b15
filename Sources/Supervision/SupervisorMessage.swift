// SPDX-License-Identifier: Apache-2.0

/// What a supervisor is told: one message of its socket each.
enum SupervisorMessage: Sendable, Hashable {
  /// Where to say what had to be done.
  case log(path: String)
  case take(number: UInt32, Obligation)
  case release(number: UInt32)
  /// Nothing is left to be done, whatever was taken.
  case dismiss

  /// The longest message, in bytes: what a socket takes at once, with Linux's smallest buffers.
  static let mostBytes = 64 << 10

  private enum Tag: UInt8 {
    case log = 1
    case session, commands, removal, release, dismiss
  }

  /// As it is sent: a tag, then numbers (little-endian) and texts (their length first).
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    switch self {
    case .log(let path):
      bytes.append(Tag.log.rawValue)
      bytes.append(text: path)
    case .take(let number, .session(let leader, let startTime)):
      bytes.append(Tag.session.rawValue)
      bytes.append(number: number)
      bytes.append(number: leader)
      bytes.append(number: startTime)
    case .take(let number, .commands(let commands)):
      bytes.append(Tag.commands.rawValue)
      bytes.append(number: number)
      bytes.append(text: commands.name)
      bytes.append(number: Int32(clamping: commands.attempts))
      bytes.append(number: Int32(clamping: commands.seconds))
      bytes.append(number: UInt32(commands.lines.count))
      for line in commands.lines {
        bytes.append(number: UInt32(line.count))
        for word in line { bytes.append(text: word) }
      }
    case .take(let number, .removal(let path)):
      bytes.append(Tag.removal.rawValue)
      bytes.append(number: number)
      bytes.append(text: path)
    case .release(let number):
      bytes.append(Tag.release.rawValue)
      bytes.append(number: number)
    case .dismiss: bytes.append(Tag.dismiss.rawValue)
    }
    return bytes
  }

  /// Nil for what is none of these messages.
  init?(_ bytes: some Sequence<UInt8>) {
    var reader = Reader(rest: Array(bytes)[...])
    guard let tag = reader.number(UInt8.self).flatMap({ Tag(rawValue: $0) }), let message = Self(tag, &reader),
      reader.rest.isEmpty
    else { return nil }
    self = message
  }

  private init?(_ tag: Tag, _ reader: inout Reader) {
    switch tag {
    case .log:
      guard let path = reader.text() else { return nil }
      self = .log(path: path)
    case .session:
      guard let number = reader.number(UInt32.self), let leader = reader.number(Int32.self),
        let startTime = reader.number(UInt64.self)
      else { return nil }
      self = .take(number: number, .session(leader: leader, startTime: startTime))
    case .commands:
      guard let number = reader.number(UInt32.self), let commands = reader.commands() else { return nil }
      self = .take(number: number, .commands(commands))
    case .removal:
      guard let number = reader.number(UInt32.self), let path = reader.text() else { return nil }
      self = .take(number: number, .removal(path: path))
    case .release:
      guard let number = reader.number(UInt32.self) else { return nil }
      self = .release(number: number)
    case .dismiss: self = .dismiss
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(text: String) {
    append(number: UInt32(text.utf8.count))
    append(contentsOf: text.utf8)
  }
}

/// Takes a message apart; nil wherever it is too short.
private struct Reader {
  var rest: ArraySlice<UInt8>

  mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
    let size = MemoryLayout<Number>.size
    guard rest.count >= size else { return nil }
    defer { rest = rest.dropFirst(size) }
    return rest.prefix(size).reversed().reduce(Number.zero) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  mutating func text() -> String? {
    guard let count = number(UInt32.self), rest.count >= Int(count) else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return String(decoding: rest.prefix(Int(count)), as: UTF8.self)
  }

  mutating func commands() -> Obligation.Commands? {
    guard let name = text(), let attempts = number(Int32.self), let seconds = number(Int32.self),
      let lineCount = number(UInt32.self), Int(lineCount) <= rest.count
    else { return nil }
    var lines: [[String]] = []
    for _ in 0..<lineCount {
      guard let wordCount = number(UInt32.self), Int(wordCount) <= rest.count else { return nil }
      var words: [String] = []
      for _ in 0..<wordCount {
        guard let word = text() else { return nil }
        words.append(word)
      }
      lines.append(words)
    }
    return Obligation.Commands(name, lines, attempts: Int(attempts), seconds: Int(seconds))
  }
}
