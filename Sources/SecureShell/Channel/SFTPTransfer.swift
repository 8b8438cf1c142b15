// SPDX-License-Identifier: Apache-2.0

import Diagnostics

/// As much of SFTP as it takes to write one file (draft-ietf-secsh-filexfer-02, which is version 3).
struct SFTPTransfer {
  private enum Kind: UInt8 {
    case initialize = 1
    case version = 2
    case open = 3
    case close = 4
    case write = 6
    case status = 101
    case handle = 102
  }

  /// `SSH_FXF_WRITE | SSH_FXF_CREAT | SSH_FXF_TRUNC`.
  private static let openFlags: UInt32 = 0x02 | 0x08 | 0x10
  /// `SSH_FILEXFER_ATTR_PERMISSIONS`.
  private static let permissions: UInt32 = 0x04
  /// How many writes may be without an answer.
  private static let mostOpen = 16
  /// The longest packet of a server that is read, in bytes.
  private static let longestPacket = 256 << 10

  private let channel: SSHChannel
  private let failure: (String) -> Failure
  private let inbox = Inbox()

  /// What was read and not yet understood.
  private final class Inbox {
    var bytes: [UInt8] = []
  }

  /// - Parameter failure: makes the failure of a cause.
  /// - Returns: nil where there is no server at the channel's other end.
  init?(_ channel: SSHChannel, _ failure: @escaping (String) -> Failure) throws(Failure) {
    self.channel = channel
    self.failure = failure
    guard try channel.write(Self.packet(.initialize, Self.number(3))), let answer = try receive(),
      answer.first == Kind.version.rawValue
    else { return nil }
  }

  /// Writes a file.
  ///
  /// - Parameter next: gives its content, piece by piece; nothing at the end.
  func write(_ path: String, _ next: () throws(Failure) -> [UInt8]) throws(Failure) {
    let attributes = Self.number(Self.permissions) + Self.number(0o644)
    let opening = Self.number(0) + Self.text(Array(path.utf8)) + Self.number(Self.openFlags) + attributes
    try send(.open, opening)
    let answer = try expect()
    guard answer.first == Kind.handle.rawValue else { throw failure(Self.words(of: answer)) }
    let handle = Array(answer.dropFirst(5))
    var offset = 0
    var openWrites = 0
    while true {
      let piece = try next()
      if piece.isEmpty { break }
      try send(.write, Self.number(0) + handle + Self.wide(offset) + Self.text(piece))
      offset += piece.count
      openWrites += 1
      if openWrites == Self.mostOpen {
        try expectSuccess()
        openWrites -= 1
      }
    }
    for _ in 0..<openWrites { try expectSuccess() }
    try send(.close, Self.number(0) + handle)
    try expectSuccess()
  }

  // MARK: Packets

  private func send(_ kind: Kind, _ content: [UInt8]) throws(Failure) {
    guard try channel.write(Self.packet(kind, content)) else { throw failure("the SFTP server has ended") }
  }

  private func expectSuccess() throws(Failure) {
    let answer = try expect()
    // Kind, id, code.
    guard answer.first == Kind.status.rawValue, answer.count >= 9, answer[5..<9].allSatisfy({ $0 == 0 }) else {
      throw failure(Self.words(of: answer))
    }
  }

  private func expect() throws(Failure) -> [UInt8] {
    guard let answer = try receive() else { throw failure("the SFTP server has ended") }
    return answer
  }

  /// The next packet without its length; nil at the end.
  private func receive() throws(Failure) -> [UInt8]? {
    while true {
      if inbox.bytes.count >= 4 {
        let length = inbox.bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length > 0, length <= Self.longestPacket else { return nil }
        if inbox.bytes.count >= 4 + length {
          defer { inbox.bytes.removeFirst(4 + length) }
          return Array(inbox.bytes[4..<4 + length])
        }
      }
      let more = try channel.read()
      if more.isEmpty { return nil }
      inbox.bytes += more
    }
  }

  /// What a status says: its text, or its number.
  private static func words(of answer: [UInt8]) -> String {
    guard answer.first == Kind.status.rawValue, answer.count >= 9 else {
      return "the SFTP server gave no sensible answer"
    }
    let code = answer[5..<9].reduce(0) { $0 << 8 | Int($1) }
    let text = String(
      decoding: answer.dropFirst(13).prefix(answer.dropFirst(9).prefix(4).reduce(0) { $0 << 8 | Int($1) }),
      as: UTF8.self
    )
    return "the SFTP server says: \(text.isEmpty ? "status" : text) (\(code))"
  }

  private static func packet(_ kind: Kind, _ content: [UInt8]) -> [UInt8] {
    number(UInt32(content.count + 1)) + [kind.rawValue] + content
  }

  private static func number(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private static func wide(_ value: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: UInt64(value) >> (56 - 8 * UInt64($0))) }
  }

  private static func text(_ bytes: [UInt8]) -> [UInt8] { number(UInt32(bytes.count)) + bytes }
}
