// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A disk that a PC boots from to print a text on its first serial port, and nothing else.
enum PrintingDisk {
  /// Boot sector (16-bit code at 0x7C00): sends the text behind it byte by byte, each when the port's transmitter is
  /// empty (bit 5 of 0x3FD), and halts.
  private static let code: [UInt8] = [
    0x31, 0xC0,  // xor ax, ax
    0x8E, 0xD8,  // mov ds, ax
    0xBE, 0x1D, 0x7C,  // mov si, text
    0xBA, 0xFD, 0x03,  // next: mov dx, 0x3FD
    0xEC, 0xA8, 0x20, 0x74, 0xFB,  // wait: in al, dx; test al, 0x20; jz wait
    0xAC, 0x84, 0xC0, 0x74, 0x06,  // lodsb; test al, al; jz halt
    0xBA, 0xF8, 0x03, 0xEE,  // mov dx, 0x3F8; out dx, al
    0xEB, 0xED,  // jmp next
    0xF4, 0xEB, 0xFD,  // halt: hlt; jmp halt
  ]

  /// The bytes of the disk, 1 MiB.
  ///
  /// - Parameter text: of 480 bytes at most.
  static func bytes(saying text: String) -> Data {
    let bytes = code + Array(text.utf8)
    let sector = bytes + [UInt8](repeating: 0, count: 510 - bytes.count) + [0x55, 0xAA]
    return Data(sector) + Data(count: (1 << 20) - sector.count)
  }
}
