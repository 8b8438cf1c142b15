// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

@Suite("CRC-32C and trailers")
struct SignalTests {
  /// The check value that every catalogue of CRCs has, and two of RFC 3720, appendix B.4.
  @Test(
    arguments: [
      (b("123456789"), 0xE306_9283), (Bytes(repeating: 0, count: 32), 0x8A91_36AA),
      (Bytes(repeating: 0xFF, count: 32), 0x62A8_AB43), (b(""), 0),
    ] as [(Bytes, UInt32)]
  )
  func sumIsTheKnownOne(bytes: Bytes, sum: UInt32) {
    var crc = CRC32C()
    crc.update(bytes)
    #expect(crc.value == sum)
  }

  @Test("A sum does not depend on how the bytes come")
  func sumOfParts() {
    var crc = CRC32C()
    for byte in b("123456789") { crc.update([byte]) }
    #expect(crc.value == 0xE306_9283)
  }

  @Test("The worked example of docs/Signals.md")
  func workedExample() {
    let signal = NumberedSignal(number: 1, text: b("<LAVA_TEST_RUNNER EXIT>"), nonce: b("0"))
    #expect(text(signal.line) == "<LAVA_TEST_RUNNER EXIT> #1.b81dfabb")
    #expect(text(signal.record) == "1 b81dfabb <LAVA_TEST_RUNNER EXIT>\n")
  }

  @Test("A record is one line whatever the signal has in it")
  func recordIsOneLine() {
    let signal = NumberedSignal(number: 12, text: b("<a\nb\\n>"), nonce: b("0"))
    #expect(text(signal.record).hasSuffix(" <a\\nb\\\\n>\n"))
    #expect(signal.line.starts(with: b("<a\nb\\n> #12.")))
  }

  @Test("Nonce, number and text all count in the sum")
  func everythingCounts() {
    let one = NumberedSignal(number: 1, text: b("<x>"), nonce: b("0")).sum
    #expect(one != NumberedSignal(number: 2, text: b("<x>"), nonce: b("0")).sum)
    #expect(one != NumberedSignal(number: 1, text: b("<y>"), nonce: b("0")).sum)
    #expect(one != NumberedSignal(number: 1, text: b("<x>"), nonce: b("1")).sum)
  }
}
