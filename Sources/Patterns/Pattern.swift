// SPDX-License-Identifier: Apache-2.0

internal import CPCRE2
import Synchronization

/// A compiled regular expression in the syntax of Python's `re`, searched for in bytes.
///
/// Text is UTF-8. A byte that is not takes part as some character that is neither blank, letter nor digit, as the
/// replacement character does in LAVA (spec signals §1), and comes out of a match unchanged. A search that takes too
/// many steps ends with an error, whatever the pattern.
package final class Pattern: Sendable {
  /// As it was written.
  package let source: String
  /// The number of each named group.
  package let groupNames: [String: Int]
  /// How many characters before a match decide whether it is one.
  let lookBehind: Int
  private let machine: Mutex<PatternMachine>

  package init(_ source: String, _ options: PatternOptions = []) throws(PatternError) {
    var syntax = PythonSyntax(source, options)
    do {
      try syntax.translate()
    } catch {
      throw PatternError(pattern: source, problem: .invalid(offset: error.offset), reason: error.reason)
    }
    let compiled: PatternMachine
    do {
      compiled = try PatternMachine(syntax)
    } catch {
      let offset = error.offset < syntax.origins.count ? syntax.origins[error.offset] : syntax.source.count
      throw PatternError(pattern: source, problem: .invalid(offset: offset), reason: error.reason)
    }
    self.source = source
    groupNames = syntax.groupNames
    lookBehind = max(compiled.lookBehind, syntax.looksBehind ? 1 : 0)
    machine = Mutex(compiled)
  }

  /// The first match in `bytes`, or nil.
  package func firstMatch(in bytes: [UInt8]) throws(PatternError) -> PatternMatch? {
    var text = bytes
    _ = UTF8Repair.repair(&text, from: 0, isComplete: true)
    guard case .match(let groups) = try search(text, in: 0..<text.count, from: 0, .complete) else { return nil }
    return PatternMatch(index: 0, in: bytes, from: 0, groups: groups, names: groupNames)
  }

  /// How much of a text a search may take for granted.
  enum Mode {
    /// Nothing comes after it.
    case complete
    /// More may come: what would look past the end is `partial`.
    case partial
    /// The same, and the match must start where the search does.
    case partialHere
  }

  enum Outcome {
    /// The ranges of the whole match and of each group; nil for a group without a part in it.
    case match([Range<Int>?])
    /// The text ends within what may become a match that starts here.
    case partial(Int)
    case none
  }

  /// Searches a part of a text. The part is valid UTF-8, and all that the pattern sees: `^` matches at its begin.
  ///
  /// - Parameter start: where in the text the first attempt is made.
  func search(_ text: [UInt8], in part: Range<Int>, from start: Int, _ mode: Mode) throws(PatternError) -> Outcome {
    let result = machine.withLock { machine in
      Result { () throws(PatternMachine.GivenUp) in try machine.search(text, in: part, from: start, mode) }
    }
    switch result {
    case .success(let outcome): return outcome
    case .failure(let error): throw PatternError(pattern: source, problem: .tooCostly, reason: error.reason)
    }
  }
}
