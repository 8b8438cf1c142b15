// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Glibc

/// The host's files. Every failure names the path, gives the system's words and says what to do.
///
/// All calls block; none is for special files that may never answer.
package enum FileSystem {
  /// The most that `read` takes when it is not told otherwise: 64 MiB.
  package static let defaultLimit = 64 << 20

  /// Reads a whole file.
  ///
  /// - Parameter limit: in bytes; a longer file is refused (`file-too-large`), so that no file can eat the memory.
  package static func read(_ path: String, limit: Int = defaultLimit) throws(Failure) -> [UInt8] {
    guard let file = Descriptor(path, O_RDONLY) else { throw .file("read", path, errno) }
    var information = stat()
    guard fstat(file.number, &information) == 0 else { throw .file("read", path, errno) }
    // A file of /proc says 0 and holds something: the size is only where to begin.
    let expected = min(max(Int(information.st_size), 0), limit) + 1
    var bytes: [UInt8] = []
    var room = max(expected, 4096)
    while true {
      let (chunk, error) = readSome(file, room)
      if let error { throw .file("read", path, error) }
      if chunk.isEmpty { return bytes }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      guard bytes.count <= limit else {
        throw Failure(
          .infrastructure,
          "file-too-large",
          "'\(path)' is larger than \(limit) bytes",
          advice: "Check that this is the file you mean."
        )
      }
      room = 1 << 16
    }
  }

  /// Reads a whole file as text; bytes that are not UTF-8 are refused (`file-not-text`).
  package static func readText(_ path: String, limit: Int = defaultLimit) throws(Failure) -> String {
    guard let text = String(validating: try read(path, limit: limit), as: UTF8.self) else {
      throw Failure(
        .infrastructure,
        "file-not-text",
        "'\(path)' is not UTF-8 text",
        advice: "Save it in UTF-8, or check that this is the file you mean."
      )
    }
    return text
  }

  /// Writes a file, replacing what was there; a reader may see half of it meanwhile.
  ///
  /// - Parameter mode: the permissions of a new file, less the process's umask; those of an existing file stay.
  package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(Failure) {
    guard let file = Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC, mode: mode) else {
      throw .file("write", path, errno)
    }
    if let error = file.write(all: bytes) { throw .file("write", path, error) }
  }

  /// Adds bytes to the end of a file, which is made where it is missing.
  package static func append(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(Failure) {
    guard let file = Descriptor(path, O_WRONLY | O_CREAT | O_APPEND, mode: mode) else {
      throw .file("append to", path, errno)
    }
    if let error = file.write(all: bytes) { throw .file("append to", path, error) }
  }

  /// Writes a file so that a reader sees the old content or the new, never a part; it is not forced to the disk.
  ///
  /// - Parameter mode: the permissions of the file, exactly.
  package static func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(Failure) {
    try writeAtomically(to: path, mode: mode) { write throws(Failure) in try write(bytes) }
  }

  /// The same, piece by piece.
  ///
  /// - Parameter body: hands each piece to the function that it is given. Where it throws, the old file stays.
  package static func writeAtomically(
    to path: String,
    mode: UInt32 = 0o644,
    _ body: (_ write: ([UInt8]) throws(Failure) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    let random = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    let temporary = Paths.join(Paths.folder(of: path), ".\(Paths.name(of: path)).\(random)")
    guard let file = Descriptor(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600) else {
      throw .file("write", path, errno)
    }
    do throws(Failure) {
      try body { bytes throws(Failure) in
        if let error = file.write(all: bytes) { throw .file("write", path, error) }
      }
      guard fchmod(file.number, mode) == 0, rename(temporary, path) == 0 else { throw .file("write", path, errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// What stands at a path; a symbolic link is followed. Nil where there is nothing, or a link to nothing.
  package static func kind(of path: String) -> FileKind? {
    var information = stat()
    return stat(path, &information) == 0 ? FileKind(mode: information.st_mode) : nil
  }

  package static func exists(_ path: String) -> Bool { kind(of: path) != nil }

  /// The size of a file in bytes.
  package static func size(of path: String) throws(Failure) -> Int {
    var information = stat()
    guard stat(path, &information) == 0 else { throw .file("look at", path, errno) }
    return Int(information.st_size)
  }

  /// Reads up to `count` bytes; an empty array is the end.
  static func readSome(_ file: borrowing Descriptor, _ count: Int) -> (bytes: [UInt8], error: Int32?) {
    var failed: Int32?
    let number = file.number
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      var got = Glibc.read(number, buffer.baseAddress, count)
      while got < 0, errno == EINTR { got = Glibc.read(number, buffer.baseAddress, count) }
      if got < 0 { failed = errno }
      used = max(got, 0)
    }
    return (bytes, failed)
  }
}

/// What stands at a path.
package enum FileKind: Sendable, Hashable {
  case file
  case folder
  case link
  /// A device, a pipe, a socket.
  case other

  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    default: self = .other
    }
  }
}
