// SPDX-License-Identifier: Apache-2.0

/// The text mode of TFTP (RFC 764's NVT, as RFC 1350 uses it).
package enum NetASCII {
  /// Bytes as they go over the wire: a newline becomes CR LF, a CR becomes CR NUL.
  package static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count + bytes.count / 32)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"): encoded += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
      case UInt8(ascii: "\r"): encoded += [UInt8(ascii: "\r"), 0]
      default: encoded.append(byte)
      }
    }
    return encoded
  }
}
