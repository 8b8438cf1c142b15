// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// The CRC-32 of zlib, gzip, Ethernet and U-Boot (RFC 1952 §8).
package struct CRC32: Sendable, Hashable {
  /// Of all bytes so far.
  package private(set) var value: UInt32 = 0

  package init() {}

  package mutating func update(_ bytes: [UInt8]) {
    value = UInt32(
      truncatingIfNeeded: bytes.withUnsafeBytes { buffer in
        crc32_z(UInt(value), buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
      }
    )
  }
}
