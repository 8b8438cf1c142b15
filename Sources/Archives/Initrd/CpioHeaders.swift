// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Glibc

/// The entries of cpio archives of the kernel's format that stand one behind the other in a file
/// (Documentation/driver-api/early-userspace/buffer-format). Reads names and the first bytes of each file.
struct CpioHeaders: ~Copyable {
  struct Entry {
    let path: String
    let mode: mode_t
    /// The first bytes; all of them, where it is a link.
    let head: [UInt8]
  }

  private static let headerSize = 110
  private static let longestName = 4096

  private let descriptor: Int32
  let size: Int
  /// Where the next entry begins, or what is none.
  private(set) var offset = 0

  /// - Parameter file: stays open for as long as this value is used.
  init(_ file: borrowing HostFile, size: Int) {
    descriptor = file.descriptor
    self.size = size
  }

  /// The next entry, past the ends of archives and the zeros between them; nil at something else, or at the end.
  mutating func next() throws(Failure) -> Entry? {
    while offset < size {
      let header = read(at: offset, count: Self.headerSize)
      if header.first == 0 {
        offset += header.prefix { $0 == 0 }.count
        continue
      }
      guard header.count == Self.headerSize, header.starts(with: Array("07070".utf8)),
        [0x31, 0x32].contains(header[5]),
        let mode = field(1, of: header), let fileSize = field(6, of: header), let nameSize = field(11, of: header),
        (1...Self.longestName).contains(nameSize)
      else { return nil }
      let name = read(at: offset + Self.headerSize, count: nameSize - 1)
      let content = (offset + Self.headerSize + nameSize + 3) & ~3
      let end = (content + fileSize + 3) & ~3
      // What has less than it says is damaged.
      guard content + fileSize <= size else { return nil }
      let path = String(decoding: name, as: UTF8.self)
      offset = min(end, size)
      if path == "TRAILER!!!" { continue }
      return Entry(path: path, mode: mode_t(mode), head: read(at: content, count: min(fileSize, Self.longestName)))
    }
    return nil
  }

  /// A number of eight hexadecimal digits.
  private func field(_ index: Int, of header: [UInt8]) -> Int? {
    Int(String(decoding: header[(6 + 8 * index)..<(14 + 8 * index)], as: UTF8.self), radix: 16)
  }

  private func read(at place: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      used = max(0, pread(descriptor, buffer.baseAddress, count, off_t(place)))
    }
  }
}
