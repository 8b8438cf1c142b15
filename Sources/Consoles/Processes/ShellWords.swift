// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// Splits a command line into words without a shell, as pexpect's `spawn` does.
///
/// Blanks part words. `'…'` and `"…"` hold anything but their own quote, literally; a backslash outside quotes takes
/// the next character literally. Nothing is expanded. Unlike pexpect, blanks before the first word make no empty
/// word, an empty word in quotes counts at the end too, and a quote without an end is an error.
package enum ShellWords {
  package static func split(_ line: String) throws(Failure) -> [String] {
    var words: [String] = []
    // Nil between words, so that '' is a word and a blank is none.
    var word: String.UnicodeScalarView?
    var quote: Unicode.Scalar?
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        word = appending(scalar, to: word)
        isEscaped = false
      } else if let open = quote {
        if scalar == open { quote = nil } else { word?.append(scalar) }
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
        word = word ?? .init()
      } else if scalar.properties.isWhitespace {
        if let whole = word { words.append(String(whole)) }
        word = nil
      } else {
        word = appending(scalar, to: word)
      }
    }
    guard quote == nil, !isEscaped else {
      throw Failure(
        .configuration,
        "command-unfinished",
        "the command '\(line)' ends within \(quote.map { "a \($0) quote" } ?? "an escape")",
        advice: "Close the quote, or put a backslash before it."
      )
    }
    if let whole = word { words.append(String(whole)) }
    return words
  }

  private static func appending(
    _ scalar: Unicode.Scalar,
    to word: consuming String.UnicodeScalarView?
  ) -> String.UnicodeScalarView {
    var longer = word ?? .init()
    longer.append(scalar)
    return longer
  }
}
