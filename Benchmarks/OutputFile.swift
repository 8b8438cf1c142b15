// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A new file that is written through a buffer.
struct OutputFile: ~Copyable {
  private static let bufferSize = 1 << 20

  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  /// How many bytes the file will have when it is finished.
  private(set) var count = 0

  init(_ path: String) throws(BenchmarkFailure) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
    buffer.reserveCapacity(Self.bufferSize + 4096)
  }

  deinit { close(descriptor) }

  mutating func write(_ bytes: some Collection<UInt8>) throws(BenchmarkFailure) {
    buffer.append(contentsOf: bytes)
    count += bytes.count
    if buffer.count >= Self.bufferSize { try finish() }
  }

  /// Writes what is still in the buffer.
  mutating func finish() throws(BenchmarkFailure) {
    var rest = buffer[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
      rest = rest.dropFirst(written)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
