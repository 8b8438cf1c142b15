// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

@Suite struct CRC32CTests {
  @Test func checkValueOfTheCatalogue() {
    var crc = CRC32C()
    crc.update("123456789".utf8)
    #expect(crc.value == 0xE306_9283)
  }

  /// The worked example of docs/Signals.md.
  @Test func workedExample() {
    #expect(CRC32C.signal("<LAVA_TEST_RUNNER EXIT>".utf8, number: 1, nonce: "0") == 0xB81D_FABB)
  }

  /// RFC 3720 §B.4.
  @Test(
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      ([UInt8](0..<32), 0x46DD_794E), ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
    ] as [([UInt8], UInt32)]
  )
  func vectorsOfTheRFC(bytes: [UInt8], sum: UInt32) {
    var crc = CRC32C()
    crc.update(bytes)
    #expect(crc.value == sum)
  }

  @Test func piecesGiveTheSumOfTheWhole() {
    let text = Array("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=uname RESULT=pass>".utf8)
    var whole = CRC32C()
    whole.update(text)
    for cut in 0...text.count {
      var pieces = CRC32C()
      pieces.update(text[..<cut])
      pieces.update(AnySequence(text[cut...]))
      #expect(pieces.value == whole.value)
    }
  }
}
