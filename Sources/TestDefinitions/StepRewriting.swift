// SPDX-License-Identifier: Apache-2.0

/// What happens to a step before it goes into `run.sh` (spec test-shell §5.4).
enum StepRewriting {
  /// In a step that hands a command to a helper (`--cmd`, `--shell`) a `$1` is meant for that command: every match of
  /// Python's `\$(\d+)\b` gets a backslash. `${2}` and `$3x` stay as they are.
  static func rewrite(_ step: String) -> String {
    guard step.utf8.contains(UInt8(ascii: "$")), contains("--cmd", in: step) || contains("--shell", in: step) else {
      return step
    }
    var result = String.UnicodeScalarView()
    var rest = step.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "$", startsWithWholeNumber(rest) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  /// Whether `text` begins with digits that no word character follows.
  private static func startsWithWholeNumber(_ text: Substring.UnicodeScalarView) -> Bool {
    let digits = text.prefix { $0.properties.generalCategory == .decimalNumber }
    guard !digits.isEmpty else { return false }
    guard let next = text[digits.endIndex...].first else { return true }
    return !next.isPythonWord
  }

  private static func contains(_ needle: StaticString, in text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      needle.withUTF8Buffer { needle in
        guard bytes.count >= needle.count else { return false }
        return (0...bytes.count - needle.count).contains { bytes[$0...].starts(with: needle) }
      }
    }
  }
}

extension Unicode.Scalar {
  /// Python's `\w` for text: letters and numbers of every script, and `_`.
  var isPythonWord: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: self == "_"
    }
  }
}
