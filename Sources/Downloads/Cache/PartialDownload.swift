// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc
internal import NIOCore

/// A file on its way into the cache: what has come so far, kept for the next try and for the next process.
struct PartialDownload: ~Copyable {
  let path: String
  private let file: Descriptor
  private let recordPath: String
  private let algorithms: [Checksum.Algorithm]
  private let url: String
  private var machine: ChecksumMachine
  /// How many bytes are there.
  private(set) var size: Int
  private(set) var validators: Validators

  /// Opens what an earlier transfer has left, where it can be continued, or begins anew.
  ///
  /// - Parameters:
  ///   - url: for people who look into the cache.
  ///   - algorithms: beside SHA-256.
  init(_ path: String, url: String, algorithms: [Checksum.Algorithm]) async throws(Failure) {
    self.path = path
    recordPath = "\(path).record"
    self.algorithms = algorithms
    self.url = url
    guard let file = Descriptor(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600) else {
      throw .file("write to", path, errno)
    }
    var machine = ChecksumMachine(algorithms)
    var information = stat()
    guard fstat(file.number, &information) == 0 else { throw .file("look at", path, errno) }
    let record = CacheRecord(at: recordPath)
    if let record, record.validators.range != nil, information.st_size > 0 {
      try await machine.add(file, upTo: Int(information.st_size), name: path)
      size = Int(information.st_size)
      validators = record.validators
    } else {
      guard ftruncate(file.number, 0) == 0 else { throw .file("write to", path, errno) }
      size = 0
      validators = Validators()
    }
    self.file = file
    self.machine = machine
  }

  /// Throws away what is there: another version of the file begins.
  mutating func restart(_ validators: Validators) throws(Failure) {
    guard ftruncate(file.number, 0) == 0 else { throw .file("write to", path, errno) }
    size = 0
    machine = ChecksumMachine(algorithms)
    self.validators = validators
    try CacheRecord(url: url, validators: validators).write(to: recordPath)
  }

  mutating func append(_ bytes: ByteBuffer) throws(Failure) {
    let offset = size
    let error = bytes.withUnsafeReadableBytes { bytes -> Int32? in
      if let error = file.write(bytes, at: offset) { return error }
      machine.add(bytes)
      return nil
    }
    if let error { throw .file("write to", path, error) }
    size += bytes.readableBytes
  }

  /// The sums of what is there.
  var sums: ContentSums { machine.sums }

  /// Leaves nothing for another try.
  consuming func discard() {
    unlink(path)
    unlink(recordPath)
  }

  /// The file is complete: it leaves its place to become an object of the cache.
  consuming func finish(in cache: DownloadCache) throws(Failure) -> CacheObject {
    let sums = machine.sums
    try cache.keep(path, sums)
    unlink(recordPath)
    return try CacheObject(file, sums)
  }
}
