// SPDX-License-Identifier: Apache-2.0

/// CRC-32C (Castagnoli): reflected polynomial 0x82F63B78, initial value and final exclusive-or 0xFFFFFFFF (RFC 3720,
/// appendix B.4). Bit by bit: a signal is a hundred bytes, a table would be larger than the time it saves.
package struct CRC32C {
  private var register: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// Takes more bytes into the sum.
  package mutating func update(_ bytes: Bytes) {
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 {
        register = register & 1 == 1 ? (register >> 1) ^ 0x82F6_3B78 : register >> 1
      }
    }
  }

  /// The sum of some bytes.
  package static func sum(of bytes: Bytes) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.value
  }

  /// The sum of all bytes so far.
  package var value: UInt32 { ~register }
}
