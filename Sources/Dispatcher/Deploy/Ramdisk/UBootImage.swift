// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Files

/// U-Boot's legacy image: a header of 64 bytes before a kernel or a ramdisk (U-Boot's include/image.h).
struct UBootImage: Sendable {
  static let headerLength = 64
  private static let magic: UInt32 = 0x2705_1956
  private static let linux: UInt8 = 5

  enum Content: UInt8, Sendable {
    case kernel = 2
    case ramdisk = 3
  }

  /// Processors by the names that `mkimage -A` has for them.
  private static let processors: [String: UInt8] = [
    "alpha": 1, "arm": 2, "x86": 3, "ia64": 4, "mips": 5, "mips64": 6, "powerpc": 7, "ppc": 7, "s390": 8, "sh": 9,
    "sparc": 10, "sparc64": 11, "m68k": 12, "nios": 13, "microblaze": 14, "nios2": 15, "blackfin": 16, "avr32": 17,
    "st200": 18, "sandbox": 19, "nds32": 20, "or1k": 21, "arm64": 22, "arc": 23, "x86_64": 24, "xtensa": 25,
    "riscv": 26,
  ]

  let content: Content
  private let processor: UInt8
  private let load: UInt32
  private let entry: UInt32

  /// - Parameters:
  ///   - architecture: the device's `mkimage_arch`.
  ///   - address: where the kernel is put and entered; a ramdisk says where it goes in the boot command.
  init(_ content: Content, architecture: String, address: UInt32 = 0) throws(Failure) {
    guard let processor = Self.processors[architecture] else {
      throw Failure(
        .configuration,
        "mkimage-arch",
        "U-Boot knows no architecture '\(architecture)'",
        advice: "Set actions.deploy.parameters.mkimage_arch to one of: "
          + Self.processors.keys.sorted().joined(separator: ", ") + "."
      )
    }
    self.content = content
    self.processor = processor
    load = address
    entry = address
  }

  /// The header of an image.
  ///
  /// - Parameters:
  ///   - size: of what follows, in bytes.
  ///   - sum: its CRC-32.
  ///   - time: seconds since 1970, 0 unless the header has to say when.
  func header(size: UInt32, sum: UInt32, time: UInt32 = 0) -> [UInt8] {
    var header: [UInt8] = []
    func add(_ number: UInt32) {
      for shift in stride(from: 24, through: 0, by: -8) {
        header.append(UInt8(truncatingIfNeeded: number >> UInt32(shift)))
      }
    }
    add(Self.magic)
    add(0)
    for number in [time, size, load, entry, sum] { add(number) }
    header += [Self.linux, processor, content.rawValue, 0]
    header += [UInt8](repeating: 0, count: Self.headerLength - header.count)
    var own = CRC32()
    own.update(header)
    header.replaceSubrange(
      4..<8,
      with: stride(from: 24, through: 0, by: -8).map {
        UInt8(truncatingIfNeeded: own.value >> UInt32($0))
      }
    )
    return header
  }

  /// Whether bytes begin with such a header.
  static func isHeader(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count >= headerLength && bytes.starts(with: [0x27, 0x05, 0x19, 0x56])
  }
}

extension UBootImage {
  /// Puts the header before a file's bytes.
  func addHeader(to path: String) throws(Failure) {
    let bytes = try FileSystem.read(path, limit: Int(UInt32.max))
    var sum = CRC32()
    sum.update(bytes)
    try FileSystem.writeAtomically(header(size: UInt32(bytes.count), sum: sum.value) + bytes, to: path)
  }

  /// Takes the header from a file.
  ///
  /// - Returns: whether there was one.
  static func removeHeader(of path: String) throws(Failure) -> Bool {
    let bytes = try FileSystem.read(path, limit: Int(UInt32.max))
    guard isHeader(bytes) else { return false }
    try FileSystem.writeAtomically(Array(bytes[headerLength...]), to: path)
    return true
  }
}
