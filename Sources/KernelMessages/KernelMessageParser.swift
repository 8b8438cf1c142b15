// SPDX-License-Identifier: Apache-2.0

package import Patterns

/// Finds what a kernel reports among what else is waited for (spec signals §13), as a value that says what to look for next
/// and is told what was found. Who looks, on a console or in a file, is the caller.
///
/// A message has a start and an end. While its end is looked for only the other patterns are, too: when one of those comes
/// first, the message counts as not ended.
package struct KernelMessageParser: Sendable {
  /// What a match means.
  package enum Step: Sendable, Hashable {
    /// A message has started, or the first half of its end was found: it is open.
    case open
    case message(KernelMessage)
    /// One of the other patterns, by its index among them. The message that had started and not ended, if there is one.
    case other(Int, unended: KernelMessage?)
  }

  /// A message that has started.
  private struct Opened {
    var form: KernelMessageForm
    /// Which of the form's ends is looked for.
    var end = 0
    var bytes: [UInt8]
  }

  private let start: Pattern
  private let forms: [KernelMessageForm]
  private let others: [Pattern]
  private var opened: Opened?
  /// What to look for next.
  package private(set) var patterns: PatternSet

  /// - Parameter others: what else is waited for: prompts and their like. Comes after the starts where two match at the same
  ///   place.
  package init(others: [String]) throws(PatternError) {
    (start, forms) = try KernelMessageForm.all.get()
    self.others = try PatternSet(others).patterns
    patterns = PatternSet([start] + self.others)
  }

  /// Whether a message has started and not ended.
  package var isOpen: Bool { opened != nil }

  /// Of which kind the message is that has started; nil where none has, or its words do not tell yet.
  package var openKind: KernelMessageKind? { opened?.form.kind }

  /// Takes a match of `patterns`.
  package mutating func take(_ match: PatternMatch) -> Step {
    guard var message = opened else {
      guard match.index == 0, let form = match.groups.firstIndex(where: { $0 != nil }) else {
        return .other(match.index - 1, unended: nil)
      }
      let line = match.before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      open(Opened(form: forms[form], bytes: match.before[line...] + match.bytes))
      return .open
    }
    guard match.index == 0 else { return .other(match.index - 1, unended: giveUp()) }
    message.bytes += match.before + match.bytes
    message.end += 1
    if message.end < message.form.ends.count {
      open(message)
      return .open
    }
    message.bytes.removeLast()
    open(nil)
    return .message(Self.message(message))
  }

  /// Ends the search for a message's end.
  ///
  /// - Returns: the message that had started, as far as it is known: its first line, or a part of it.
  package mutating func giveUp() -> KernelMessage? {
    guard let message = opened else { return nil }
    open(nil)
    return Self.message(message)
  }

  private mutating func open(_ message: Opened?) {
    opened = message
    patterns = PatternSet([message.map { $0.form.ends[$0.end] } ?? start] + others)
  }

  private static func message(_ message: Opened) -> KernelMessage {
    let text = String(decoding: message.bytes, as: UTF8.self)
    return KernelMessage(message.form.kind ?? kind(of: text), text)
  }

  /// The kind of a message that was cut out of the log by lines of its own.
  private static func kind(of text: String) -> KernelMessageKind {
    for (word, kind) in [("Oops", KernelMessageKind.oops), ("BUG", .bug), ("WARNING", .warning)]
    where text.utf8.firstRange(of: word.utf8) != nil {
      return kind
    }
    return .unknown
  }
}
