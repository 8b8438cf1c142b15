// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Glibc

/// Unpacks one compressed file as a stream: memory is bounded whatever the file holds. Sums that the format carries
/// are checked; a file that is packed twice is unpacked once, as `gunzip` and its like do.
package struct Decompressor: ~Copyable {
  private let stream: any UnpackingStream

  /// - Parameters:
  ///   - descriptor: of the packed file, which can be seeked; is read from its beginning and stays the caller's, who
  ///     keeps it open for as long as this value is used.
  ///   - name: what failures call the file.
  /// - Throws: `not-compressed` where the file is packed in another way or not at all.
  package init(_ compression: Compression, of descriptor: Int32, name: String) throws(Failure) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw Failure(.infrastructure, "file-access", "cannot read '\(name)'", cause: String(cString: strerror(errno)))
    }
    stream =
      switch compression {
      case .gzip: try GzipStream(descriptor, name: name)
      case .zip: try ArchiveStream(zip: descriptor, name: name)
      case .bzip2: try ArchiveStream(descriptor, filter: .bzip2, name: name)
      case .xz: try ArchiveStream(descriptor, filter: .xz, name: name)
      case .zstd: try ArchiveStream(descriptor, filter: .zstd, name: name)
      }
  }

  /// Writes the next unpacked bytes to the beginning of `buffer`.
  ///
  /// - Returns: how many; 0 at the end of the file.
  /// - Throws: `archive-decompress` where the file is cut short or damaged.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    try stream.read(into: buffer)
  }
}

/// What reads one kind of packed file.
protocol UnpackingStream: AnyObject {
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int
}

extension Failure {
  static func notCompressed(_ name: String, with method: String) -> Failure {
    Failure(
      .job,
      "not-compressed",
      "'\(name)' is not compressed with \(method)",
      advice: "Correct its 'compression', or leave that out where the file is used as it is."
    )
  }

  static func damaged(_ name: String, _ cause: String?) -> Failure {
    Failure(
      .infrastructure,
      "archive-decompress",
      "cannot decompress '\(name)'",
      advice: "Fetch the file again: it is cut short or damaged.",
      cause: cause
    )
  }
}
