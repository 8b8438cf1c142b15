// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Diagnostics
internal import Files
internal import Glibc

/// What the bytes of a file must add up to (spec jobs §5: `md5sum`, `sha256sum`, `sha512sum`).
package struct Checksum: Sendable, Hashable {
  package enum Algorithm: String, Sendable, Hashable, CaseIterable {
    case md5, sha256, sha512

    /// How many hexadecimal digits a sum has.
    package var digits: Int {
      switch self {
      case .md5: 32
      case .sha256: 64
      case .sha512: 128
      }
    }
  }

  package let algorithm: Algorithm
  /// In lower case.
  package let hex: String

  /// - Parameter hex: hexadecimal digits, in upper or lower case.
  /// - Returns: nil where they are not as many digits as the algorithm's sums have.
  package init?(_ algorithm: Algorithm, _ hex: String) {
    guard hex.utf8.count == algorithm.digits, hex.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    self.algorithm = algorithm
    self.hex = hex.lowercased()
  }

  fileprivate init(_ algorithm: Algorithm, digest: some Digest) {
    self.algorithm = algorithm
    hex = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

/// Adds up bytes: SHA-256 always, for the cache and for the job's result, and what else is asked for.
struct ChecksumMachine {
  private var sha256 = SHA256()
  private var sha512: SHA512?
  private var md5: Insecure.MD5?

  init(_ algorithms: some Sequence<Checksum.Algorithm>) {
    for algorithm in algorithms {
      switch algorithm {
      case .md5: md5 = Insecure.MD5()
      case .sha256: continue
      case .sha512: sha512 = SHA512()
      }
    }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    sha256.update(bufferPointer: bytes)
    sha512?.update(bufferPointer: bytes)
    md5?.update(bufferPointer: bytes)
  }

  /// The sums of what was added.
  var sums: ContentSums {
    var others: [Checksum] = []
    if let md5 { others.append(Checksum(.md5, digest: md5.finalize())) }
    if let sha512 { others.append(Checksum(.sha512, digest: sha512.finalize())) }
    return ContentSums(sha256: Checksum(.sha256, digest: sha256.finalize()), others: others)
  }
}

/// The sums of one file.
struct ContentSums: Sendable, Hashable {
  let sha256: Checksum
  let others: [Checksum]

  func sum(_ algorithm: Checksum.Algorithm) -> Checksum? { ([sha256] + others).first { $0.algorithm == algorithm } }

  /// The first of the expected sums that is another one, with what it is.
  func mismatch(with expected: [Checksum]) -> (expected: Checksum, got: Checksum)? {
    for checksum in expected {
      if let own = sum(checksum.algorithm), own != checksum { return (checksum, own) }
    }
    return nil
  }
}

extension ContentSums {
  /// Reads an open file from its beginning.
  ///
  /// - Parameter name: what failures call the file.
  static func of(
    _ file: borrowing Descriptor,
    _ algorithms: [Checksum.Algorithm],
    name: String
  ) async throws(Failure) -> ContentSums {
    var machine = ChecksumMachine(algorithms)
    try await machine.add(file, upTo: .max, name: name)
    return machine.sums
  }
}

extension ChecksumMachine {
  private static let pieceSize = 1 << 20

  /// Adds the first `limit` bytes of an open file, or all of a shorter one.
  mutating func add(_ file: borrowing Descriptor, upTo limit: Int, name: String) async throws(Failure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < limit {
      let count = pread(file.number, buffer.baseAddress, min(buffer.count, limit - offset), off_t(offset))
      if count < 0 {
        if errno == EINTR { continue }
        throw .file("read", name, errno)
      }
      if count == 0 { return }
      add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += count
      try await Breath.take()
    }
  }
}
