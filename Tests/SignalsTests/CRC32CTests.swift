// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

@Suite struct CRC32CTests {
  @Test func standardVector() {
    var crc = CRC32C()
    crc.update("123456789".utf8)
    #expect(crc.value == 0xE306_9283)
  }
}
