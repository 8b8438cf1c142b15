// SPDX-License-Identifier: Apache-2.0

// ShellText: texts as a POSIX shell reads them.

/// Text as one word of a POSIX shell.
package enum ShellWord {
  /// The word that a shell reads as `text`, exactly as Python's `shlex.quote` writes it (spec test-shell §4.1): as it
  /// is where every character is harmless, else between single quotes.
  package static func quote(_ text: String) -> String {
    !text.isEmpty && text.utf8.allSatisfy(isHarmless) ? text : quoteAlways(text)
  }

  /// The word that a shell reads as `text`, whatever is in it: between single quotes, each `'` as `'"'"'`.
  package static func quoteAlways(_ text: String) -> String {
    let parts = text.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.map(String.init).joined(separator: #"'"'"'"#) + "'"
  }

  /// Whether a shell takes `name` as the name of a variable (POSIX "Name").
  package static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !"0123456789".utf8.contains(first) else { return false }
    return name.utf8.allSatisfy(isNameByte)
  }

  /// Whether no shell does anything with the byte: `[A-Za-z0-9_@%+=:,./-]`.
  package static func isHarmless(_ byte: UInt8) -> Bool { isNameByte(byte) || "@%+=:,./-".utf8.contains(byte) }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
