// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Files
internal import Glibc

/// Reads the lines of a log file that is still being written, from the first that was not dropped yet. The file is the
/// queue: nothing is held in memory between two reads.
package struct LogTail: ~Copyable {
  /// Some lines, whole.
  package struct Batch: Sendable {
    /// The bytes of the lines with their line breaks.
    fileprivate(set) var bytes: [UInt8] = []
    /// Where each line ends in `bytes`, behind its line break.
    fileprivate(set) var ends: [Int] = []

    package var count: Int { ends.count }

    /// The lines, without the last one's line break.
    package var text: ArraySlice<UInt8> { bytes.dropLast() }
  }

  /// How many bytes a batch has at most, unless its first line alone has more.
  static let byteLimit = 4 << 20
  private static let chunk = 1 << 16

  private let path: String
  private let descriptor: Int32
  /// Where the first line that was not dropped begins.
  private var offset = 0

  package init(_ path: String) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file("read", path, errno) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The next lines that are complete. They stay until they are dropped.
  ///
  /// - Parameter limit: the number of lines at most.
  package func batch(limit: Int) throws(Failure) -> Batch {
    var batch = Batch()
    var position = offset
    while true {
      let more = try read(at: position)
      position += more.count
      var next = batch.bytes.count
      batch.bytes += more
      while batch.count < limit, let end = batch.bytes[next...].firstIndex(of: UInt8(ascii: "\n")) {
        if end >= Self.byteLimit, batch.count > 0 { return cut(batch) }
        next = end + 1
        batch.ends.append(next)
      }
      let isFull = batch.count == limit || (batch.count > 0 && batch.bytes.count >= Self.byteLimit)
      if more.isEmpty || isFull { return cut(batch) }
    }
  }

  /// Goes on behind the first lines of a batch that has just been read.
  package mutating func drop(_ count: Int, of batch: Batch) {
    if count > 0 { offset += batch.ends[count - 1] }
  }

  private func cut(_ batch: Batch) -> Batch {
    var batch = batch
    batch.bytes.removeSubrange((batch.ends.last ?? 0)...)
    return batch
  }

  private func read(at position: Int) throws(Failure) -> [UInt8] {
    while true {
      var error: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
        let got = pread(descriptor, buffer.baseAddress, buffer.count, position)
        error = got < 0 ? errno : 0
        count = max(got, 0)
      }
      if error == 0 { return bytes }
      if error != EINTR { throw .file("read", path, error) }
    }
  }
}
