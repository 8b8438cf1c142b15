// SPDX-License-Identifier: Apache-2.0

internal import Archives
internal import Diagnostics
internal import Files
internal import Glibc

/// Puts the content of an open file where it is wanted, unpacked or as it is.
///
/// Parts that are all zeros become holes. What was written is removed when it does not come to its end.
struct Placement {
  private static let pieceSize = 1 << 18

  /// Where the file goes; what is there is replaced.
  let path: String
  let compression: Compression?
  /// How many bytes it may have there; nil for no limit but the disk's.
  let sizeLimit: Int?

  /// - Parameter name: what failures call the file.
  /// - Returns: how many bytes were put there.
  func place(_ file: borrowing Descriptor, name: String) async throws(Failure) -> Int {
    try FileSystem.makeFolder(Paths.folder(of: path))
    // A new file each time: the old one may be in use, or be a link to what must not change.
    let temporary = "\(path).part"
    unlink(temporary)
    guard let output = Descriptor(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644) else {
      throw .file("write to", temporary, errno)
    }
    do throws(Failure) {
      let size =
        if let compression {
          try await unpack(Decompressor(compression, of: file.number, name: name), to: output, name: name)
        } else {
          try await copy(file, to: output, name: name)
        }
      guard rename(temporary, path) == 0 else { throw .file("write to", path, errno) }
      return size
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private func unpack(
    _ decompressor: consuming Decompressor,
    to output: borrowing Descriptor,
    name: String
  ) async throws(Failure) -> Int {
    try await write(to: output, name: name) { [decompressor] buffer, _ throws(Failure) in
      try decompressor.read(into: buffer)
    }
  }

  private func copy(
    _ file: borrowing Descriptor,
    to output: borrowing Descriptor,
    name: String
  ) async throws(Failure) -> Int {
    let number = file.number
    return try await write(to: output, name: name) { buffer, offset throws(Failure) in
      var count = pread(number, buffer.baseAddress, buffer.count, off_t(offset))
      while count < 0, errno == EINTR { count = pread(number, buffer.baseAddress, buffer.count, off_t(offset)) }
      guard count >= 0 else { throw .file("read", name, errno) }
      return count
    }
  }

  /// Writes what `next` gives, until it gives nothing.
  private func write(
    to output: borrowing Descriptor,
    name: String,
    next: (_ buffer: UnsafeMutableRawBufferPointer, _ offset: Int) throws(Failure) -> Int
  ) async throws(Failure) -> Int {
    let space = DiskSpace.available(near: path)
    let limit = min(sizeLimit ?? .max, space)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { buffer.deallocate() }
    var size = 0
    while true {
      let count = try next(buffer, size)
      if count == 0 { break }
      guard size + count <= limit else { throw tooLarge(name, limit, isDisk: limit == space) }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      // Where nothing is written a file reads as zeros.
      if !piece.isAllZero, let error = output.write(piece, at: size) { throw .file("write to", path, error) }
      size += count
      try await Breath.take()
    }
    guard ftruncate(output.number, off_t(size)) == 0 else { throw .file("write to", path, errno) }
    return size
  }

  private func tooLarge(_ name: String, _ limit: Int, isDisk: Bool) -> Failure {
    isDisk
      ? Failure(
        .infrastructure,
        "disk-full",
        "'\(name)' has more bytes than there is room for at '\(path)': \(limit)",
        advice: "Make room on that file system, or choose another place."
      )
      : Failure(
        .job,
        "file-too-large",
        "'\(name)' has more than the \(limit) bytes that it may have",
        advice: "Check that this is the file you mean: it may be damaged, or made to fill the disk."
      )
  }
}

extension UnsafeRawBufferPointer {
  /// Compares it with itself, one byte further on.
  fileprivate var isAllZero: Bool {
    guard let baseAddress, self[0] == 0 else { return false }
    return memcmp(baseAddress, baseAddress + 1, count - 1) == 0
  }
}

extension Descriptor {
  /// Writes everything at an offset, or returns the `errno` of what failed.
  borrowing func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32? {
    var done = 0
    while done < bytes.count {
      let count = pwrite(number, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      if count >= 0 { done += count } else if errno != EINTR { return errno }
    }
    return nil
  }
}

/// The room on a disk.
enum DiskSpace {
  /// What stays free for everything else, in bytes.
  static let reserve = 256 << 20

  /// How many bytes can be written into the folder of `path` while the reserve stays; no limit where the system does
  /// not say.
  static func available(near path: String) -> Int {
    var information = statvfs()
    guard statvfs(Paths.folder(of: path), &information) == 0 else { return .max }
    let free = Int(clamping: information.f_bavail).multipliedReportingOverflow(by: Int(information.f_frsize))
    return free.overflow ? .max : max(free.partialValue - reserve, 0)
  }
}
