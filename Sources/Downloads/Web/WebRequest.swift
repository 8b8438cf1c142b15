// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Diagnostics
internal import NIOHTTP1

/// A file of a server, and how to ask for it: follows redirects, and keeps what is meant for one server from others.
struct WebRequest: Sendable {
  /// LAVA's tries go on after these (spec jobs §5.1).
  private static let passingStatuses: Set<Int> = [
    408, 413, 420, 425, 429, 430, 500, 502, 503, 504, 507, 509, 529, 598,
  ]
  private static let redirects: Set<Int> = [301, 302, 303, 307, 308]
  private static let redirectLimit = 10

  let transport: HTTPTransport
  let address: WebAddress
  /// The URL for logs and failures.
  let shownURL: String
  /// The job's.
  let headers: [(name: String, value: String)]

  /// Asks, wherever that leads, and hands the answer to `receive`.
  ///
  /// - Parameters:
  ///   - more: headers of this question.
  ///   - expected: the statuses that `receive` understands.
  func ask<Value: Sendable>(
    _ method: HTTPMethod,
    _ more: [(name: String, value: String)] = [],
    expected: Set<Int>,
    _ receive: (HTTPAnswer) async throws -> Value
  ) async throws(TransferTrouble) -> Value {
    var place = address
    for _ in 0...Self.redirectLimit {
      let step: Step<Value> = try await transport.exchange(method, place, headers(for: place) + more) { answer in
        let status = Int(answer.status.code)
        if expected.contains(status) { return .over(try await receive(answer)) }
        return .redirect(try redirect(answer, at: place))
      }
      switch step {
      case .over(let value): return value
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

  private enum Step<Value: Sendable>: Sendable {
    case over(Value)
    case redirect(WebAddress)
  }

  /// Where an answer that was not expected leads.
  private func redirect(_ answer: HTTPAnswer, at place: WebAddress) throws -> WebAddress {
    let status = Int(answer.status.code)
    if Self.passingStatuses.contains(status) {
      let seconds = answer.header("Retry-After").flatMap { Int($0) }
      throw TransferTrouble.passing(
        reason: "the server answers \(status) \(answer.status.reasonPhrase)",
        after: seconds.map { .seconds(min(max($0, 0), 3600)) }
      )
    }
    guard Self.redirects.contains(status) else { throw refusal(status, answer.status.reasonPhrase) }
    guard let location = answer.header("Location"), let next = place.redirected(to: location) else {
      throw refusal(status, "it redirects to what is neither http nor https")
    }
    return next
  }

  private func headers(for place: WebAddress) -> [(name: String, value: String)] {
    var all: [(name: String, value: String)] = [
      // The sums are those of the file, and not of what a server makes of it on its way.
      ("Accept-Encoding", "identity"), ("Accept", "*/*"), ("User-Agent", "pumice"),
    ]
    let isOwn = address.sharesSecrets(with: place)
    if isOwn {
      all.removeAll { standard in headers.contains { $0.name.lowercased() == standard.name.lowercased() } }
      all += headers
    }
    let info = place.userInfo ?? (isOwn ? address.userInfo : nil)
    if let info, !all.contains(where: { $0.name.lowercased() == "authorization" }) {
      let parts = info.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let basic = HTTPClient.Authorization.basic(username: parts[0], password: parts.count > 1 ? parts[1] : "")
      all.append(("Authorization", basic.headerValue))
    }
    return all
  }

  private func refusal(_ status: Int, _ words: String) -> Failure {
    let advice =
      switch status {
      case 401, 403: "The server wants credentials: give them in 'headers', or make the file public."
      case 407: "The proxy wants a user and a password: put them into http_proxy: http://user:password@host:port."
      case 404, 410: "Check the URL: the server has no such file."
      case 300..<400: "Give the URL that it leads to."
      case 500...: "Tell the server's administrator."
      default: "Check the URL and the 'headers'."
      }
    return Failure(
      status == 407 ? .configuration : status >= 500 ? .infrastructure : .job,
      "http-status",
      // LAVA's words (spec jobs §5.1).
      "Resource unavailable at '\(shownURL)' (\(status))",
      advice: advice,
      cause: words.isEmpty ? nil : words
    )
  }
}

// MARK: - Trying again

extension WebRequest {
  /// Repeats `attempt` until it gets through, its trouble is final, or nothing has come for too many times.
  ///
  /// - Parameter reached: how far the transfer is; it goes on as long as that grows.
  func persistently<Value: Sendable>(
    _ policy: RetryPolicy,
    _ progress: ProgressMeter,
    attempt: (_ reached: inout Int) async throws(TransferTrouble) -> Value
  ) async throws(Failure) -> Value {
    var failures = 0
    var furthest = 0
    while true {
      var reached = 0
      do throws(TransferTrouble) {
        return try await attempt(&reached)
      } catch {
        let (reason, asked) = try error.passing()
        failures = reached > furthest ? 1 : failures + 1
        furthest = max(furthest, reached)
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

  private func gaveUp(_ reason: String, _ failures: Int) -> Failure {
    Failure(
      .infrastructure,
      "download",
      // LAVA's words (spec jobs §5.1).
      "Unable to get '\(shownURL)': \(reason)",
      advice: "Tried \(failures) times. Check the URL, the server and this host's network."
    )
  }

  /// Looks whether the server has the file, without fetching it.
  ///
  /// - Returns: its size in bytes, where the server says it.
  func probe(_ policy: RetryPolicy, _ progress: ProgressMeter) async throws(Failure) -> Int? {
    try await persistently(policy, progress) { _ throws(TransferTrouble) in
      do throws(TransferTrouble) {
        return try await ask(.HEAD, expected: [200, 203]) { Self.size($0) }
      } catch {
        // Some servers have no HEAD, and signed URLs are often signed for GET only.
        guard case .final(let failure) = error, failure.code == "http-status" else { throw error }
        return try await ask(.GET, expected: [200, 203]) { Self.size($0) }
      }
    }
  }

  static func size(_ answer: HTTPAnswer) -> Int? { answer.header("Content-Length").flatMap { Int($0) } }
}
