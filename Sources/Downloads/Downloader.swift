// SPDX-License-Identifier: Apache-2.0

// Downloads: brings what a URL names into a file of this host. The bytes that a server sends are kept in a cache by
// their content; what a job asks for is unpacked from there.

package import Diagnostics
internal import Files
internal import Glibc

/// Fetches files (spec jobs §5.1).
///
/// Everything here ends soon after its task is canceled, with a failure of kind `canceled`.
package struct Downloader: Sendable {
  private let cache: DownloadCache
  private let transport: HTTPTransport
  private let policy: RetryPolicy

  /// - Parameters:
  ///   - cache: where the bytes from servers are kept.
  ///   - connectTimeout: how long a server may take to accept a connection.
  ///   - idleTimeout: how long a server may send nothing; then the transfer is tried again.
  ///   - certificates: a file of certificates (PEM) to trust in the place of the system's.
  package init(
    cache: DownloadCache,
    proxies: Proxies = Proxies(),
    policy: RetryPolicy = RetryPolicy(),
    connectTimeout: Duration = .seconds(30),
    idleTimeout: Duration = .seconds(60),
    certificates: String? = DownloadCache.variable("SSL_CERT_FILE")
  ) {
    self.cache = cache
    self.policy = policy
    transport = HTTPTransport(
      proxies: proxies,
      connectTimeout: connectTimeout,
      idleTimeout: idleTimeout,
      certificates: certificates.flatMap { $0.isEmpty ? nil : $0 }
    )
  }

  /// Brings a file to `path`, whose folder is made. What is there is replaced once the file is complete; until then it
  /// stands beside it as `path` with `.part` behind it.
  ///
  /// - Parameter progress: called from any thread, not often.
  /// - Throws: a job failure for a file that is not there, that needs credentials, or whose sums are others; an
  ///   infrastructure failure for a server or a network that does not work, and for a full disk.
  package func fetch(
    _ request: DownloadRequest,
    to path: String,
    progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
  ) async throws(Failure) -> Downloaded {
    switch try request.place() {
    case .web(let address): try await fetch(request, address, to: path, ProgressMeter(progress))
    case .file(let source): try await fetchFile(source, request, to: path)
    }
  }

  /// Looks whether a file is there, without fetching it: a job that names one that is not need not begin.
  ///
  /// - Returns: its size in bytes as it is served, where that is known.
  /// - Throws: what `fetch` throws for a file that is not there, or that the server does not give.
  package func check(
    _ request: DownloadRequest,
    progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
  ) async throws(Failure) -> Int? {
    switch try request.place() {
    case .file(let source): return try request.open(source).size
    case .web(let address):
      try request.checkHeaders()
      try cache.prepare()
      if request.usesCache, let size = cache.sizeOfObject(with: request.checksums) { return size }
      return try await webRequest(request, address).probe(policy, ProgressMeter(progress))
    }
  }
}

// MARK: - A file of this host

extension Downloader {
  private func fetchFile(_ source: String, _ request: DownloadRequest, to path: String) async throws(Failure)
    -> Downloaded
  {
    let opened = try request.open(source)
    let sums = try await ContentSums.of(opened.file, request.checksums.map(\.algorithm), name: source)
    try request.check(sums)
    let object = try CacheObject(opened.file, sums)
    return try await place(object, request, to: path, from: .file, name: source)
  }

  private func place(
    _ object: borrowing CacheObject,
    _ request: DownloadRequest,
    to path: String,
    from source: Downloaded.Source,
    name: String
  ) async throws(Failure) -> Downloaded {
    let placement = Placement(path: path, compression: request.compression, sizeLimit: request.sizeLimit)
    let unpacked = try await placement.place(object.file, name: name)
    return Downloaded(source: source, size: object.size, sha256: object.sums.sha256.hex, unpackedSize: unpacked)
  }
}

// MARK: - A file of a server

extension Downloader {
  private func fetch(
    _ request: DownloadRequest,
    _ address: WebAddress,
    to path: String,
    _ progress: ProgressMeter
  ) async throws(Failure) -> Downloaded {
    try request.checkHeaders()
    try cache.prepare()
    if request.usesCache, let object = try await cache.object(with: request.checksums) {
      return try await place(object, request, to: path, from: .cache, name: request.shownURL)
    }
    let key = DownloadCache.key(url: request.url, headers: request.headers)
    let lock = try await CacheLock("\(cache.locks)/\(key)") { progress.report(.waiting) }
    // Whoever was waited for may have brought it.
    if request.usesCache, let object = try await cache.object(with: request.checksums) {
      return try await place(object, request, to: path, from: .cache, name: request.shownURL)
    }
    let brought = try await bring(request, address, key, progress)
    // The object is open and never changes: nobody else has to wait for the unpacking.
    _ = consume lock
    let downloaded = try await place(brought.object, request, to: path, from: brought.source, name: request.shownURL)
    try cache.tidy()
    return downloaded
  }

  private func webRequest(_ request: DownloadRequest, _ address: WebAddress) -> WebRequest {
    WebRequest(transport: transport, address: address, shownURL: request.shownURL, headers: request.headers)
  }

  /// Brings the bytes into the cache, or finds that they are there.
  private func bring(
    _ request: DownloadRequest,
    _ address: WebAddress,
    _ key: String,
    _ progress: ProgressMeter
  ) async throws(Failure) -> Brought {
    let recordPath = "\(cache.urls)/\(key)"
    let record = request.usesCache ? CacheRecord(at: recordPath) : nil
    var known: CacheObject?
    if let sha256 = record?.sha256 { known = try await cache.object(sha256, request.checksums) }
    var partial = try await PartialDownload(
      "\(cache.partials)/\(key)",
      url: request.shownURL,
      algorithms: request.checksums.map(\.algorithm)
    )
    let fetch = WebFetch(
      cache: cache,
      request: webRequest(request, address),
      policy: policy,
      conditions: known == nil ? [] : record?.validators.conditions ?? [],
      sizeLimit: request.compression == nil ? request.sizeLimit : nil,
      progress: progress
    )
    switch try await fetch.run(&partial) {
    case .unchanged:
      partial.discard()
      progress.report(.unchanged)
      guard let object = known.take() else {
        throw Failure(.bug, "download-without-object", "'\(request.shownURL)' is unchanged, but was never here")
      }
      return Brought(object: object, source: .unchanged)
    case .complete:
      do throws(Failure) {
        try request.check(partial.sums)
      } catch {
        // The next try must not find it.
        partial.discard()
        throw error
      }
      let validators = partial.validators
      let object = try partial.finish(in: cache)
      if validators.isEmpty {
        unlink(recordPath)
      } else {
        try CacheRecord(url: request.shownURL, sha256: object.sums.sha256, validators: validators).write(to: recordPath)
      }
      return Brought(object: object, source: .server)
    }
  }
}

/// An object, and whether its bytes came just now.
private struct Brought: ~Copyable {
  let object: CacheObject
  let source: Downloaded.Source
}
