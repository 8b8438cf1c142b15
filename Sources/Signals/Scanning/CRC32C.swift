// SPDX-License-Identifier: Apache-2.0

/// CRC-32C (Castagnoli, RFC 3720 §12.1), eight bytes a step: the sum of a signal's trailer (docs/Signals.md).
package struct CRC32C: Sendable, Hashable {
  private var register: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// The sum of all bytes so far.
  package var value: UInt32 { ~register }

  /// Adds bytes to the sum.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if done == nil {
      for byte in bytes { add(byte) }
    }
  }

  /// Adds bytes to the sum.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var crc = register
    var rest = bytes[...]
    Self.table.withUnsafeBufferPointer { table in
      while rest.count >= 8 {
        let word = bytes.loadUnaligned(fromByteOffset: rest.startIndex, as: UInt64.self).littleEndian ^ UInt64(crc)
        crc = 0
        for lane in 0..<8 {
          crc ^= table[(7 - lane) * 256 + Int(truncatingIfNeeded: word >> UInt64(lane * 8)) & 0xFF]
        }
        rest = rest.dropFirst(8)
      }
    }
    register = crc
    for byte in rest { add(byte) }
  }

  private mutating func add(_ byte: UInt8) { register = Self.step(register, byte) }

  /// Eight tables of 256: the sum of a byte that `n` zero bytes follow.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      table[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F6_3B78 }
    }
    for index in 256..<(8 * 256) {
      let previous = table[index - 256]
      table[index] = table[Int(previous & 0xFF)] ^ (previous >> 8)
    }
    return table
  }()
}

// One step of the sum, forwards and backwards: what tells which single byte would make a wrong sum right.
extension CRC32C {
  /// The register as it is now; ``value`` is its complement.
  var state: UInt32 { register }

  /// The register behind a byte.
  static func step(_ register: UInt32, _ byte: UInt8) -> UInt32 {
    table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ (register >> 8)
  }

  /// The register before a byte, from the one behind it.
  static func stepBack(_ register: UInt32, _ byte: UInt8) -> UInt32 {
    let index = indexOfTopByte[Int(register >> 24)]
    return (register ^ table[Int(index)]) << 8 | UInt32(index ^ byte)
  }

  /// The byte between two registers, where there is one.
  static func byte(from register: UInt32, to next: UInt32) -> UInt8? {
    let index = indexOfTopByte[Int(next >> 24)]
    guard table[Int(index)] ^ (register >> 8) == next else { return nil }
    return index ^ UInt8(truncatingIfNeeded: register)
  }

  /// Where in the first table the entry with a top byte stands: each has one of its own.
  private static let indexOfTopByte: [UInt8] = {
    var indices = [UInt8](repeating: 0, count: 256)
    for index in 0..<256 { indices[Int(table[index] >> 24)] = UInt8(index) }
    return indices
  }()
}

extension CRC32C {
  /// The sum of a signal's trailer: of the nonce, a space, the number in decimal, a space and the signal.
  package static func signal(_ bytes: some Sequence<UInt8>, number: Int, nonce: String) -> UInt32 {
    var crc = CRC32C()
    crc.update("\(nonce) \(number) ".utf8)
    crc.update(bytes)
    return crc.value
  }
}
