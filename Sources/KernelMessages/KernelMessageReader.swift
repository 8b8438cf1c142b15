// SPDX-License-Identifier: Apache-2.0

package import Patterns

/// Finds what a kernel reports in a stream of bytes that comes in pieces of any size.
///
/// What it finds does not depend on where the pieces are cut. Of a message without an end the last MiB is looked at.
package struct KernelMessageReader: Sendable {
  private var parser: KernelMessageParser
  private var matcher = StreamMatcher()

  package init() throws(PatternError) { parser = try KernelMessageParser(others: []) }

  /// Whether a message has started and not ended.
  package var isOpen: Bool { parser.isOpen }

  /// Takes the next bytes, and returns the messages that are whole with them.
  ///
  /// - Throws: `PatternError` of the problem `tooCostly`: a search was given up.
  package mutating func feed(_ bytes: [UInt8]) throws(PatternError) -> [KernelMessage] {
    matcher.append(bytes)
    return try read(settled: false)
  }

  /// Takes the end of the stream.
  ///
  /// - Returns: the messages that ended only with it, and the one that has not ended, by its first line.
  package mutating func finish() throws(PatternError) -> (messages: [KernelMessage], unended: KernelMessage?) {
    let messages = try read(settled: true)
    return (messages, giveUp())
  }

  /// Takes the message that has started and not ended as it is, by its first line, and looks for the next start behind that.
  package mutating func giveUp() -> KernelMessage? {
    guard var message = parser.giveUp() else { return nil }
    let rest = matcher.takeUnread()
    let line = rest.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    message.text += String(decoding: line, as: UTF8.self)
    matcher.append(Array(rest[line.endIndex...]))
    return message
  }

  private mutating func read(settled: Bool) throws(PatternError) -> [KernelMessage] {
    var messages: [KernelMessage] = []
    while case .match(let match) = try matcher.next(parser.patterns, settled: settled) {
      if case .message(let message) = parser.take(match) { messages.append(message) }
    }
    return messages
  }
}
