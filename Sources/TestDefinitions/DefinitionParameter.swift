// SPDX-License-Identifier: Apache-2.0

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
  package var hasShellName: Bool {
    guard let first = name.utf8.first, isASCIIWord(first), !"0123456789".utf8.contains(first) else { return false }
    return name.utf8.allSatisfy { isASCIIWord($0) }
  }

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
    return singleQuoted(PythonText.plain(value))
  }
}

/// What the shell reads as `text`, whatever is in it: between single quotes, and each `'` of it as `'"'"'`.
private func singleQuoted(_ text: String) -> String {
  let parts = text.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
  return "'" + parts.map(String.init).joined(separator: #"'"'"'"#) + "'"
}

/// Whether a shell reads `text` as itself without any quotes.
private func isPlainWord(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { scalar in
    guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else { return scalar.properties.isAlphabetic }
    return isASCIIWord(byte) || "@%+=:,./-".utf8.contains(byte)
  }
}

/// `[A-Za-z0-9_]`.
private func isASCIIWord(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
    true
  default: false
  }
}
