// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Diagnostics
internal import NIOCore
internal import NIOHTTP1

/// One file from a server into the cache: follows redirects, continues what broke off, tries again.
struct WebFetch {
  /// LAVA's tries go on after these (spec jobs §5.1).
  private static let passingStatuses: Set<Int> = [
    408, 413, 420, 425, 429, 430, 500, 502, 503, 504, 507, 509, 529, 598,
  ]
  private static let redirects: Set<Int> = [301, 302, 303, 307, 308]
  private static let redirectLimit = 10

  enum Outcome: Sendable {
    /// The server says that the file of the conditions is still the one.
    case unchanged
    case complete
  }

  let transport: HTTPTransport
  let policy: RetryPolicy
  let address: WebAddress
  /// The URL for logs and failures.
  let shownURL: String
  /// Of the job.
  let headers: [(name: String, value: String)]
  /// Under which the file is wanted at all.
  let conditions: [(name: String, value: String)]
  /// The most bytes the file may have; nil where it is unpacked afterwards.
  let sizeLimit: Int?
  let progress: ProgressMeter

  /// Fills `partial`.
  func run(_ partial: inout PartialDownload) async throws(Failure) -> Outcome {
    var failures = 0
    var furthest = partial.size
    while true {
      if partial.size > 0 { progress.report(.resuming(partial.size)) }
      do throws(TransferTrouble) {
        return try await attempt(&partial)
      } catch {
        let (reason, asked) = try error.passing()
        failures = partial.size > furthest ? 1 : failures + 1
        furthest = max(furthest, partial.size)
        guard failures < policy.attempts else { throw gaveUp(reason, failures) }
        let pause = policy.pause(after: failures, asked: asked)
        progress.report(.retrying(reason: reason, pause: pause))
        do {
          try await Task.sleep(for: pause)
        } catch {
          throw .downloadCanceled
        }
      }
    }
  }

  /// One question, and those that it is redirected to.
  private func attempt(_ partial: inout PartialDownload) async throws(TransferTrouble) -> Outcome {
    var place = address
    for _ in 0...Self.redirectLimit {
      let question = question(for: place, partial)
      let step = try await transport.exchange(.GET, place, question.headers) { response in
        try await take(response, from: place, offset: question.offset, into: &partial)
      }
      switch step {
      case .over(let outcome): return outcome
      case .redirect(let next): place = next
      }
    }
    throw .final(
      Failure(
        .job,
        "too-many-redirects",
        "'\(shownURL)' is redirected more than \(Self.redirectLimit) times",
        advice: "Give the URL that it leads to."
      )
    )
  }

  /// What is asked: whose secrets, under which conditions, from which byte.
  private func question(
    for place: WebAddress,
    _ partial: borrowing PartialDownload
  ) -> (headers: [(name: String, value: String)], offset: Int) {
    var all: [(name: String, value: String)] = [
      // The sums are those of the file, and not of what a server makes of it on its way.
      ("Accept-Encoding", "identity"), ("Accept", "*/*"), ("User-Agent", "pumice"),
    ]
    if address.sharesSecrets(with: place) {
      all.removeAll { standard in headers.contains { $0.name.lowercased() == standard.name.lowercased() } }
      all += headers
    }
    let info = place.userInfo ?? (address.sharesSecrets(with: place) ? address.userInfo : nil)
    if let info, !all.contains(where: { $0.name.lowercased() == "authorization" }) {
      let parts = info.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let basic = HTTPClient.Authorization.basic(username: parts[0], password: parts.count > 1 ? parts[1] : "")
      all.append(("Authorization", basic.headerValue))
    }
    all += conditions
    guard partial.size > 0, let version = partial.validators.range else { return (all, 0) }
    all += [("Range", "bytes=\(partial.size)-"), ("If-Range", version)]
    return (all, partial.size)
  }

  private enum Step: Sendable {
    case over(Outcome)
    case redirect(WebAddress)
  }

  private func take(
    _ response: HTTPClientResponse,
    from place: WebAddress,
    offset: Int,
    into partial: inout PartialDownload
  ) async throws -> Step {
    let status = Int(response.status.code)
    switch status {
    case 200, 203:
      try partial.restart(Validators(response.headers))
      let total = response.headers.first(name: "Content-Length").flatMap { Int($0) }
      try await receive(response.body, total: total, into: &partial)
      return .over(.complete)
    case 206 where offset > 0:
      guard let range = ContentRange(response.headers), range.first == offset else {
        try partial.restart(Validators())
        throw TransferTrouble.passing(reason: "the server continues at another byte than it was asked for")
      }
      try await receive(response.body, total: range.total, into: &partial)
      return .over(.complete)
    case 304 where !conditions.isEmpty: return .over(.unchanged)
    case 416 where offset > 0:
      try partial.restart(Validators())
      throw TransferTrouble.passing(reason: "the server has no byte \(offset) of the file")
    case _ where Self.redirects.contains(status):
      guard let location = response.headers.first(name: "Location"), let next = place.redirected(to: location) else {
        throw refusal(status, "it redirects to what is neither http nor https")
      }
      return .redirect(next)
    case _ where Self.passingStatuses.contains(status):
      let seconds = response.headers.first(name: "Retry-After").flatMap { Int($0) }
      throw TransferTrouble.passing(
        reason: "the server answers \(status) \(response.status.reasonPhrase)",
        after: seconds.map { .seconds(min(max($0, 0), 3600)) }
      )
    default: throw refusal(status, response.status.reasonPhrase)
    }
  }

  private func receive(
    _ body: HTTPClientResponse.Body,
    total: Int?,
    into partial: inout PartialDownload
  ) async throws {
    let room = partial.size + DiskSpace.available(near: partial.path)
    if let total { try check(total, room: room, isDeclared: true) }
    for try await piece in body {
      try check(partial.size + piece.readableBytes, room: room, isDeclared: false)
      try partial.append(piece)
      progress.received(partial.size, total: total)
    }
    // The HTTP client compares what one answer declares; this is the whole file.
    if let total, partial.size != total {
      let size = partial.size
      try partial.restart(Validators())
      throw TransferTrouble.passing(
        // LAVA's words (spec jobs §5.1).
        reason: "Download finished (\(size) bytes) but was not expected size (\(total) bytes), check your networking."
      )
    }
    progress.finished(partial.size)
  }

  private func check(_ size: Int, room: Int, isDeclared: Bool) throws(Failure) {
    if let sizeLimit, size > sizeLimit {
      throw Failure(
        .job,
        "file-too-large",
        "'\(shownURL)' has \(isDeclared ? "\(size)" : "more") bytes, where \(sizeLimit) are allowed",
        advice: "Check that this is the file you mean."
      )
    }
    guard size > room else { return }
    throw Failure(
      .infrastructure,
      "disk-full",
      "'\(shownURL)' has \(isDeclared ? "\(size)" : "more") bytes, and the cache's disk has room for \(room)",
      advice: "Make room there, or set XDG_CACHE_HOME to a folder on a larger disk."
    )
  }

  private func gaveUp(_ reason: String, _ failures: Int) -> Failure {
    Failure(
      .infrastructure,
      "download",
      "Unable to get '\(shownURL)': \(reason)",
      advice: "Tried \(failures) times. Check the URL, the server and this host's network.",
    )
  }

  private func refusal(_ status: Int, _ words: String) -> Failure {
    let advice =
      switch status {
      case 401, 403: "The server wants credentials: give them in 'headers', or make the file public."
      case 404, 410: "Check the URL: the server has no such file."
      case 300..<400: "Give the URL that it leads to."
      case 500...: "Tell the server's administrator."
      default: "Check the URL and the 'headers'."
      }
    return Failure(
      status >= 500 ? .infrastructure : .job,
      "http-status",
      // LAVA's words (spec jobs §5.1).
      "Resource unavailable at '\(shownURL)' (\(status))",
      advice: advice,
      cause: words.isEmpty ? nil : words
    )
  }
}

/// `Content-Range: bytes 200-1023/1024` (RFC 9110 §14.4).
struct ContentRange {
  let first: Int
  let total: Int?

  init?(_ headers: HTTPHeaders) {
    guard let text = headers.first(name: "Content-Range"), text.lowercased().hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst("bytes ".count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let dash = parts[0].firstIndex(of: "-"), let first = Int(parts[0][..<dash]) else {
      return nil
    }
    self.first = first
    total = Int(parts[1])
  }
}
