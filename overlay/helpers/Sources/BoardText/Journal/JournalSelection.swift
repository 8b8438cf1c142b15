// SPDX-License-Identifier: Apache-2.0

/// Which records of a journal the host asks for: the arguments of `lava-journal` (docs/Signals.md, "Asking again").
package struct JournalSelection {
  /// Numbers of signals, or indices of marks.
  private struct Span {
    var isOfMarks = false
    var first: UInt64 = 1
    var last: UInt64 = .max
  }

  private var spans: [Span] = []

  /// Reads selectors: `17`, `23-25` and `40-` are signals by their number, `+` is every mark, `+3` and `+3-5` are marks
  /// by their index.
  ///
  /// - Returns: `nil` when there is none, or one is none of these.
  package init?(_ selectors: [Bytes]) {
    for selector in selectors {
      guard let span = Self.span(selector) else { return nil }
      spans.append(span)
    }
    if spans.isEmpty { return nil }
  }

  /// Whether a signal (by its number) or a mark (by its index) is asked for.
  @inline(never)
  package func contains(_ number: UInt64, isMark: Bool) -> Bool {
    for span in spans where span.isOfMarks == isMark && span.first <= number && number <= span.last { return true }
    return false
  }

  private static func span(_ selector: Bytes) -> Span? {
    var span = Span()
    var text = selector
    if text.begins(with: "+") {
      span.isOfMarks = true
      text = text.part(from: 1)
      if text.isEmpty { return span }
    }
    let dash = text.index(of: UInt8(ascii: "-")) ?? text.count
    guard let first = text.part(0..<dash).decimal else { return nil }
    span.first = first
    if dash == text.count {
      span.last = first
    } else if dash + 1 < text.count {
      guard let last = text.part(from: dash + 1).decimal, last >= first else { return nil }
      span.last = last
    }
    return span
  }
}
