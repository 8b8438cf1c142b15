// SPDX-License-Identifier: Apache-2.0

/// A call of the multinode protocol, by the word that names it on the wire.
package enum MultinodeCall {
  case send
  case sync
  case wait
  case waitAll

  /// The name in `<LAVA_SYNC …>` and `<LAVA_SYNC_COMPLETE …>`.
  package var name: StaticString {
    switch self {
    case .send: "LAVA_SEND"
    case .sync: "LAVA_SYNC"
    case .wait: "LAVA_WAIT"
    case .waitAll: "LAVA_WAIT_ALL"
    }
  }
}

/// What a helper asks of the group: spec test-shell §6.3.
package struct MultinodeRequest {
  /// The line that the host acts on.
  package let line: Bytes

  /// - Parameters:
  ///   - arguments: the message id, and for `send` words `key=value`; a word that is none is dropped. For `waitAll` the
  ///     second argument is a role.
  /// - Returns: `nil` when the id is missing, empty or itself a `key=value`: nothing is sent then.
  package init?(_ call: MultinodeCall, _ arguments: [Bytes]) {
    guard let id = arguments.first, !id.isEmpty, !id.isAssignment else { return nil }
    var line = Bytes("<LAVA_MULTI_NODE> <")
    line.append(call.name)
    line.append(" ")
    line.append(id)
    for index in 1..<arguments.count {
      let word = arguments[index]
      switch call {
      case .send where word.isAssignment: break
      case .waitAll where index == 1 && !word.isEmpty: break
      default: continue
      }
      line.append(" ")
      line.append(word)
    }
    line.append(">")
    self.line = line
  }
}

/// The host's answer to a call that waits, as it was typed: `<LAVA_WAIT_COMPLETE 5001:k=v 5002:a=b>`.
package struct MultinodeReply {
  /// The lines of the message cache, each with a newline: `id:key=value`, blanks within it collapsed.
  package private(set) var messages: Bytes = []
  /// What is neither a message nor a refusal.
  package private(set) var unrecognized: [Bytes] = []
  /// Whether the coordinator refused; nothing after that counts.
  package private(set) var isRefused = false

  /// Reads a line; `nil` when the line does not answer this call.
  package init?(line: Bytes, to call: MultinodeCall) {
    var marker = Bytes("<")
    marker.append(call.name)
    marker.append("_COMPLETE")
    guard let start = line.firstIndex(of: marker) else { return nil }
    let end = line[line.count - 1] == UInt8(ascii: ">") ? line.count - 1 : line.count
    for part in Self.parts(line.part((start == 0 ? marker.count : 0)..<end)) {
      let text = Bytes.joining(part.words, by: " ")
      if text.equals("nack") {
        isRefused = true
        return
      }
      if text.isAssignment {
        messages.append(text)
        messages.append("\n")
      } else if !text.isEmpty {
        unrecognized.append(text)
      }
    }
  }

  /// Cuts before every ` <digits>:`.
  private static func parts(_ body: Bytes) -> [Bytes] {
    var parts: [Bytes] = []
    var start = 0
    for index in body.indices where index > start && body.hasSender(at: index) {
      parts.append(body.part(start..<index))
      start = index
    }
    parts.append(body.part(from: start))
    return parts
  }
}

extension [UInt8] {
  /// Whether the bytes are `key=value` with at least one byte on each side of some `=`.
  package var isAssignment: Bool {
    guard let sign = index(of: UInt8(ascii: "="), from: 1) else { return false }
    return sign < count - 1
  }

  /// Whether a space, digits and a colon stand at an index.
  fileprivate func hasSender(at index: Int) -> Bool {
    guard self[index] == .space else { return false }
    var next = index + 1
    while next < count, self[next].isDigit { next += 1 }
    return next > index + 1 && next < count && self[next] == UInt8(ascii: ":")
  }

  /// The index at which other bytes begin within these.
  fileprivate func firstIndex(of other: Bytes) -> Int? {
    guard count >= other.count else { return nil }
    return (0...(count - other.count)).first { part($0..<($0 + other.count)) == other }
  }
}
