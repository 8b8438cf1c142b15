// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// What a server answered to log lines.
package struct LogResponse: Sendable, Hashable {
  package var status: Int
  package var body: String

  package init(status: Int, body: String) {
    self.status = status
    self.body = body
  }
}

/// Why a server did not answer.
package struct LogServerSilence: Error, Sendable, Hashable {
  package var reason: String
  package init(reason: String) { self.reason = reason }
}

/// Where log lines go (spec results-and-log §6).
package protocol LogServer: Sendable {
  /// Sends lines, and waits for the answer.
  ///
  /// - Parameters:
  ///   - lines: a YAML list, `- L1\n- L2`, without a last line break.
  ///   - index: how many lines the server has acknowledged before.
  func post(_ lines: ArraySlice<UInt8>, index: Int) async throws(LogServerSilence) -> LogResponse
}

/// What an answer means.
enum LogVerdict: Equatable {
  /// The server has taken so many of the lines, the first ones.
  case taken(Int)
  /// The job was deleted on the server.
  case unknownJob
  /// The server does not take so much at once.
  case tooLarge
  /// Anything else: to be tried again.
  case refused

  init(_ response: LogResponse, jobID: String) {
    // The server's answers are JSON, which is YAML.
    let value = try? YAMLDocument(parsing: Array(response.body.utf8), file: "answer").root.value
    switch response.status {
    case 200:
      if let count = value?["line_count"]?.int, count >= 0 { self = .taken(count) } else { self = .refused }
    case 404 where value == ["error": .string("Unknown job '\(jobID)'")]: self = .unknownJob
    case 413: self = .tooLarge
    default: self = .refused
    }
  }
}
