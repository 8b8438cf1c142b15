// SPDX-License-Identifier: Apache-2.0

internal import ShellText
package import YAMLDocument

/// A parameter of a definition or of a job's entry: a shell variable of `run.sh` and `install.sh`.
package struct DefinitionParameter: Sendable, Hashable {
  package var name: String
  package var value: YAMLValue

  package init(_ name: String, _ value: YAMLValue) {
    self.name = name
    self.value = value
  }

  /// Whether the shell takes `name` as the name of a variable (POSIX "Name").
  package var hasShellName: Bool { ShellWord.isVariableName(name) }

  /// The line that sets the variable.
  ///
  /// LAVA writes `NAME='` + `str(value)` + `'` and escapes nothing (spec test-shell §5.3). Where that says what was
  /// meant, these are LAVA's bytes: values without a `'`, and lists and mappings of plain words, whose inner quotes
  /// close the outer ones, so that `['x', 'y']` arrives as `[x, y]`. Where a `'` or a word that the shell would
  /// expand breaks LAVA's script, the value is quoted so that it arrives whole.
  package var assignment: String { "\(name)=\(quotedValue)" }

  private var quotedValue: String {
    switch value {
    case .sequence, .mapping:
      if PythonText.texts(in: value).allSatisfy(isPlainWord) { return "'\(PythonText.quoted(value))'" }
    case .null, .bool, .int, .float, .string, .timestamp: break
    }
    return ShellWord.quoteAlways(PythonText.plain(value))
  }
}

/// Whether a shell reads `text` as itself without any quotes.
private func isPlainWord(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { scalar in
    guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else { return scalar.properties.isAlphabetic }
    return ShellWord.isHarmless(byte)
  }
}
