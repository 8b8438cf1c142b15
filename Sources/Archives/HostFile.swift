// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Glibc

/// An open file of this host that closes itself.
struct HostFile: ~Copyable {
  let descriptor: Int32
  private let path: String

  init(_ path: String, flags: Int32) throws(Failure) {
    let opened = open(path, flags | O_CLOEXEC, 0o644)
    guard opened >= 0 else { throw HostFile.failure("cannot open", path) }
    descriptor = opened
    self.path = path
  }

  deinit { close(descriptor) }

  /// The size of a regular file; anything else (a folder, a device) is refused.
  func regularSize() throws(Failure) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw HostFile.failure("cannot examine", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(.infrastructure, "not-a-regular-file", "'\(path)' is not a regular file")
    }
    return Int(status.st_size)
  }

  /// Moves to the end of a file.
  /// - Returns: its size in bytes.
  func seekToEnd() throws(Failure) -> Int { try seek(0, SEEK_END) }

  @discardableResult
  func seek(_ offset: Int, _ whence: Int32) throws(Failure) -> Int {
    let position = lseek(descriptor, off_t(offset), whence)
    guard position >= 0 else { throw HostFile.failure("cannot seek in", path) }
    return Int(position)
  }

  /// The next bytes; none at the end of the file.
  func read(upTo limit: Int) throws(Failure) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      var result: Int
      repeat { result = Glibc.read(descriptor, buffer.baseAddress, limit) } while result < 0 && errno == EINTR
      code = result < 0 ? errno : 0
      count = max(result, 0)
    }
    guard code == 0 else { throw HostFile.failure("cannot read", path, code) }
    return bytes
  }

  /// The next bytes of so many that have to come.
  /// - Returns: at least one, and a piece at most.
  func readSome(of remaining: Int) throws(Failure) -> [UInt8] {
    let piece = try read(upTo: min(remaining, 1 << 16))
    guard !piece.isEmpty else {
      throw Failure(
        .infrastructure,
        "file-changed",
        "'\(path)' became shorter while it was read",
        advice: "Let no other program write to it while a job runs."
      )
    }
    return piece
  }

  func write(_ bytes: [UInt8]) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        guard errno == EINTR else { throw HostFile.failure("cannot write", path) }
      } else {
        rest = rest.dropFirst(written)
      }
    }
  }

  private static func failure(_ action: String, _ path: String, _ code: Int32 = errno) -> Failure {
    Failure(.infrastructure, "file-access", "\(action) '\(path)'", cause: String(cString: strerror(code)))
  }
}
