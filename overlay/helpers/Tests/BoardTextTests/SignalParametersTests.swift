// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

/// docs/Signals.md, "Escaped values".
@Suite("Parameters of a signal")
struct SignalParametersTests {
  private func value(_ bytes: Bytes) -> Bytes {
    var parameters = SignalParameters()
    parameters.append(value: bytes)
    return parameters.bytes
  }

  private func message(_ message: String) -> String {
    var parameters = SignalParameters()
    parameters.append(message: b(message))
    return text(parameters.bytes)
  }

  @Test(
    "What a host reads back stays as it is: LAVA's bytes",
    arguments: ["uname", "1.5", "50%", "a\\b", "é", "a=b", ""]
  )
  func plain(word: String) {
    #expect(value(b(word)) == b(word))
    #expect(message(word) == word)
  }

  @Test(arguments: [
    ("a b", "a%20b"), (" ", "%20"), ("a\tb\r\n", "a%09b%0D%0A"), ("<x>", "%3Cx%3E"), ("100 %", "100%20%25"),
    ("\u{B}\u{C}\u{1C}\u{1F}\u{7F}", "%0B%0C%1C%1F%7F"), ("é ", "é%20"),
  ])
  func escapedValue(word: String, escaped: String) {
    #expect(text(value(b(word))) == escaped + " ESCAPED=yes")
  }

  @Test("Each of the 256 bytes comes back, and only what a host would lose is escaped")
  func everyByte() {
    for byte in UInt8.min...UInt8.max {
      let escaped = value([UInt8(ascii: "a"), byte])
      let isLost = byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
      let digits = (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      #expect(escaped == (isLost ? b("a%\(digits) ESCAPED=yes") : [UInt8(ascii: "a"), byte]))
    }
  }

  @Test(
    "Spaces of a message stay",
    arguments: [
      ("ready  now", "ready  now"), ("a\nb c", "a%0Ab c ESCAPED=yes"), ("50 % <", "50 %25 %3C ESCAPED=yes"), (" ", " "),
    ]
  )
  func messages(words: String, escaped: String) {
    #expect(message(words) == escaped)
  }

  @Test("One value that needs it has all values escaped; keys and separators stay")
  func several() {
    var parameters = SignalParameters()
    parameters.append("TEST_CASE_ID=")
    parameters.append(value: b("100%"))
    parameters.append(" RESULT=")
    parameters.append(value: b("pass"))
    #expect(text(parameters.bytes) == "TEST_CASE_ID=100% RESULT=pass")
    parameters.append(" UNITS=")
    parameters.append(value: b("m s"))
    #expect(text(parameters.bytes) == "TEST_CASE_ID=100%25 RESULT=pass UNITS=m%20s ESCAPED=yes")
  }

  @Test(
    "A value that looks like the last word is told from it by another one",
    arguments: ["ESCAPED=yes", "xESCAPED=yes"]
  )
  func lookalike(word: String) {
    #expect(text(value(b(word))) == word + " ESCAPED=yes")
    #expect(message("100% " + word) == "100%25 " + word + " ESCAPED=yes")
  }
}
