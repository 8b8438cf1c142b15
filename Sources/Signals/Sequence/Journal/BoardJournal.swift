// SPDX-License-Identifier: Apache-2.0

/// What the board's journal has said of its marks so far: where definitions begin and end (docs/Signals.md, "Journal").
struct BoardJournal: Sendable {
  /// A record that the runner did not print.
  struct Mark: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
      case begin, install, exit
    }

    var kind: Kind
    var suite: String
    /// Of the script; 0 for `begin`.
    var status: Int
    /// The number of the last signal before it.
    var after: Int
  }

  /// No runner makes more.
  private static let mostMarks = 100_000

  /// By index, from 1.
  private var marks: [Int: Mark?] = [:]
  /// How many marks and signals there are, once that is known.
  private(set) var totals: (marks: Int, signals: Int)?
  /// Whether the runner is done.
  private(set) var isClosed = false
  /// How many lines it has answered, wanted or not, and how often it came to the end of an answer.
  private(set) var answerCount = 0
  private(set) var wholeAnswerCount = 0

  /// Takes an answer; those of signals are only counted.
  mutating func take(_ answer: JournalAnswer) {
    answerCount += 1
    switch answer.key {
    case .signal: break
    case .end(let marks, let signals):
      totals = (marks, signals)
      wholeAnswerCount += 1
    case .mark(let index, let after):
      guard index <= Self.mostMarks else { return }
      let words = String(decoding: answer.text, as: UTF8.self).split(separator: " ").map(String.init)
      if words.first == "end", words.count == 2, let signals = Int(words[1]) {
        isClosed = true
        totals = (index, signals)
      }
      marks[index] = .some(Self.mark(words, after: after))
    }
  }

  private static func mark(_ words: [String], after: Int) -> Mark? {
    switch words.first {
    case "begin" where words.count == 2: Mark(kind: .begin, suite: words[1], status: 0, after: after)
    case "install" where words.count == 3:
      Int(words[2]).map { Mark(kind: .install, suite: words[1], status: $0, after: after) }
    case "exit" where words.count == 3:
      Int(words[2]).map { Mark(kind: .exit, suite: words[1], status: $0, after: after) }
    default: nil
    }
  }

  /// The marks that are known, in order.
  var known: [Mark] { marks.sorted { $0.key < $1.key }.compactMap(\.value) }

  /// The indices of the marks that are not, once their number is.
  var missingMarks: [ClosedRange<Int>]? {
    totals.map { totals in
      var missing = SignalLedger()
      for index in marks.keys { _ = missing.insert(index) }
      return missing.missing(through: min(totals.marks, Self.mostMarks))
    }
  }

  /// The newest mark of a kind for a definition.
  func mark(_ kind: Mark.Kind, of suite: String) -> Mark? { known.last { $0.kind == kind && $0.suite == suite } }
}
