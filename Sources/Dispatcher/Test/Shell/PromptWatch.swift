// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns
import Signals

/// Sees when a shell's prompt is the last that a console said, but for lines of the kernel.
struct PromptWatch {
  /// How much of the console is looked at, in bytes.
  private static let limit = 1024

  private let patterns: [Pattern]
  /// What was printed since the prompt, or else last.
  private var tail: [UInt8] = []
  /// Since when the prompt has stood there, on the clock of the caller; nil while it does not.
  private(set) var since: Duration?

  /// - Parameter prompts: regular expressions.
  init(prompts: [String]) throws(Failure) {
    var patterns: [Pattern] = []
    for prompt in prompts {
      do throws(PatternError) {
        patterns.append(try Self.atEnd(prompt))
      } catch {
        throw error.failure()
      }
    }
    self.patterns = patterns
  }

  /// A pattern that matches where nothing but blanks follows. One that cannot stand inside another is taken as it is.
  private static func atEnd(_ prompt: String) throws(PatternError) -> Pattern {
    do throws(PatternError) {
      return try Pattern("(?:\(prompt))\\s*\\Z", .dotAll)
    } catch {
      return try Pattern(prompt, .dotAll)
    }
  }

  /// Takes what the console said.
  mutating func feed(_ bytes: [UInt8], at now: Duration) throws(Failure) {
    tail += bytes
    let said = KernelLines.removed(from: tail)
    if since != nil, said.isEmpty { return tail = tail.suffix(Self.limit) }
    let line = said.suffix(Self.limit).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last ?? []
    do throws(PatternError) {
      var isThere = false
      for pattern in patterns where try pattern.firstMatch(in: Array(line)) != nil { isThere = true }
      since = isThere ? now : nil
    } catch {
      throw error.failure()
    }
    tail = isThere() ? [] : tail.suffix(Self.limit)
  }

  private func isThere() -> Bool { since != nil }

  /// Forgets the prompt that stands there: another one is waited for.
  mutating func forget() {
    tail = []
    since = nil
  }
}
