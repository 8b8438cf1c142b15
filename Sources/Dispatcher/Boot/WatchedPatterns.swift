// SPDX-License-Identifier: Apache-2.0

/// Patterns together with what each of them means.
struct WatchedPatterns {
  enum Kind {
    case prompt, loginPrompt, loginIncorrect, passwordPrompt, loginTimedOut, failureMessage
  }

  private(set) var patterns: [String]
  private var kinds: [Kind]

  init(prompts: [String]) {
    patterns = prompts
    kinds = prompts.map { _ in .prompt }
  }

  mutating func add(_ kind: Kind, _ pattern: String) {
    patterns.append(pattern)
    kinds.append(kind)
  }

  func kind(at index: Int) -> Kind { kinds[index] }
}
