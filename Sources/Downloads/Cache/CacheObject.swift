// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc

/// A file of the cache, open: nobody can take it away any more.
struct CacheObject: ~Copyable {
  let file: Descriptor
  let sums: ContentSums
  /// In bytes.
  let size: Int

  init(_ file: consuming Descriptor, _ sums: ContentSums) throws(Failure) {
    var information = stat()
    guard fstat(file.number, &information) == 0 else { throw .file("look at", sums.sha256.hex, errno) }
    self.file = file
    self.sums = sums
    size = Int(information.st_size)
  }
}

extension DownloadCache {
  /// The size in bytes of the file with these sums, as far as can be told without reading it.
  func sizeOfObject(with checksums: [Checksum]) -> Int? {
    guard let sha256 = name(of: checksums) else { return nil }
    var information = stat()
    return lstat(path(of: sha256), &information) == 0 ? Int(information.st_size) : nil
  }

  /// The file with all of these sums; nil where the cache has none, or where no sum is given.
  func object(with checksums: [Checksum]) async throws(Failure) -> CacheObject? {
    guard let sha256 = name(of: checksums) else { return nil }
    return try await object(sha256, checksums)
  }

  /// The name of the object with these sums: itself one of them, or where a link leads.
  private func name(of checksums: [Checksum]) -> Checksum? {
    for algorithm in [Checksum.Algorithm.sha512, .sha256, .md5] {
      guard let checksum = checksums.first(where: { $0.algorithm == algorithm }) else { continue }
      if algorithm == .sha256 { return checksum }
      guard let target = Self.target(ofLink: link(for: checksum)),
        let sha256 = Checksum(.sha256, Paths.name(of: target))
      else { continue }
      return sha256
    }
    return nil
  }

  /// The file with this sum, if it has the others too. It is read once over: one that has rotted is removed.
  func object(_ sha256: Checksum, _ checksums: [Checksum] = []) async throws(Failure) -> CacheObject? {
    let path = path(of: sha256)
    guard let file = Descriptor(path, O_RDONLY | O_NOFOLLOW) else {
      if errno == ENOENT { return nil }
      throw .file("read", path, errno)
    }
    let sums = try await ContentSums.of(file, checksums.map(\.algorithm), name: path)
    guard sums.sha256 == sha256 else {
      unlink(path)
      return nil
    }
    guard sums.mismatch(with: checksums) == nil else { return nil }
    touch(path)
    return try CacheObject(file, sums)
  }

  /// Takes a finished transfer in: `path` becomes an object.
  func keep(_ path: String, _ sums: ContentSums) throws(Failure) {
    let object = self.path(of: sums.sha256)
    guard chmod(path, 0o444) == 0, rename(path, object) == 0 else { throw .file("keep", object, errno) }
    touch(object)
    for sum in sums.others {
      let link = link(for: sum)
      // Another process may have made it: the same sum leads to the same file.
      unlink(link)
      guard symlink("../../objects/\(sums.sha256.hex)", link) == 0 || errno == EEXIST else {
        throw .file("keep", link, errno)
      }
    }
  }

  /// Removes a file that is not what it should be.
  func drop(_ sums: ContentSums) {
    for sum in sums.others { unlink(link(for: sum)) }
    unlink(path(of: sums.sha256))
  }

  /// Notes that an object is used now. What cannot be noted is only removed earlier.
  private func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

  private static func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &buffer, Int(PATH_MAX))
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
