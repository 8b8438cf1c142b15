// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

@Suite("Base64")
struct Base64Tests {
  /// The test vectors of RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func vectors(bytes: String, text: String) {
    #expect(BoardTextTests.text(Base64.text(of: b(bytes))) == text)
  }

  /// The alphabet of RFC 4648, table 1: the 64 values, six bits each, are these 48 bytes.
  @Test func alphabet() {
    var bytes: Bytes = []
    for first in stride(from: 0, to: 64, by: 4) {
      let value = (0..<4).reduce(0) { $0 << 6 | (first + $1) }
      bytes += [UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    #expect(text(Base64.text(of: bytes)) == alphabet)
  }
}
