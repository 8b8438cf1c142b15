// SPDX-License-Identifier: Apache-2.0

import HostTools
import Pipeline
import Synchronization
import YAMLDocument

@testable import LavaRun

/// Takes log lines as LAVA's server does (spec results-and-log §6), and misbehaves on demand.
final class FakeLogServer: LogServer {
  /// What it does with one request.
  enum Behaviour: Sendable {
    case takeAll
    /// Takes only the first lines.
    case take(Int)
    /// Takes all lines, and says that there were so many more.
    case claim(more: Int)
    /// Answers, and takes nothing.
    case answer(Int, String)
    /// Takes all lines, and its answer is lost.
    case loseAnswer
    /// Cannot be reached.
    case silent
  }

  private struct State {
    var behaviours: [Behaviour]
    var lines: [String] = []
    var requests: [(index: Int, count: Int)] = []
    var largest = 0
  }

  static let job = "4242"

  private let state: Mutex<State>
  private let lineLimit: Int
  private let byteLimit: Int

  /// - Parameters:
  ///   - behaviours: one for each request that is not too large; then it takes all.
  ///   - lineLimit: more lines than that are too large.
  ///   - byteLimit: more bytes than that are too large.
  init(_ behaviours: [Behaviour] = [], lineLimit: Int = .max, byteLimit: Int = .max) {
    state = Mutex(State(behaviours: behaviours))
    self.lineLimit = lineLimit
    self.byteLimit = byteLimit
  }

  /// The lines that are on the server, without their dashes.
  var lines: [String] { state.withLock { $0.lines.map { String($0.dropFirst(2)) } } }

  /// Each request: its index and how many lines it had.
  var requests: [(index: Int, count: Int)] { state.withLock(\.requests) }

  /// The most bytes of one request.
  var largest: Int { state.withLock(\.largest) }

  func post(_ lines: ArraySlice<UInt8>, index: Int) async throws(LogServerSilence) -> LogResponse {
    let text = lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let response = state.withLock { state -> LogResponse? in
      state.requests.append((index, text.count))
      state.largest = max(state.largest, lines.count)
      guard text.count <= lineLimit, lines.count <= byteLimit else {
        return LogResponse(status: 413, body: "too large")
      }
      let behaviour = state.behaviours.isEmpty ? .takeAll : state.behaviours.removeFirst()
      let taken: Int
      var more = 0
      switch behaviour {
      case .answer(let status, let body): return LogResponse(status: status, body: body)
      case .silent: return nil
      case .take(let count): taken = count
      case .takeAll, .loseAnswer: taken = text.count
      case .claim(let count):
        taken = text.count
        more = count
      }
      // What is there already is known by the index.
      state.lines += text[..<taken].dropFirst(state.lines.count - index)
      if case .loseAnswer = behaviour { return nil }
      return LogResponse(status: 200, body: "{\"line_count\": \(taken + more)}")
    }
    guard let response else { throw LogServerSilence(reason: "nobody is there") }
    return response
  }
}

/// An upload of a log file to a server, on a clock that stands still until the test moves it.
final class UploadBench: Sendable {
  static let interval = Duration.seconds(5)

  let clock = ManualClock()
  let upload: LogUpload
  private let folder = TemporaryFolder()
  private let noted: Notes

  final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock(\.self) }
    func note(_ line: String) { lines.withLock { $0.append(line) } }
  }

  /// - Parameter lines: what is in the log already.
  init(_ server: FakeLogServer, lines: [String]) {
    let path = folder.write(Self.text(lines), to: "logs.yaml")
    let noted = Notes()
    self.noted = noted
    upload = LogUpload(jobID: FakeLogServer.job, path: path, server: server, interval: Self.interval, clock: clock) {
      noted.note($0)
    }
  }

  /// What was said on standard error, without its time.
  var notes: [String] { noted.all.map { String($0.drop { $0 != " " }.dropFirst()) } }

  /// Adds lines to the log; a last one that is not complete, too.
  func write(_ lines: [String], half: String = "") {
    let text = Self.text(lines) + half
    _ = run(["sh", "-c", "printf '%s' \"$1\" >> \"$2\"", "sh", text, folder.file("logs.yaml")])
  }

  private static func text(_ lines: [String]) -> String { lines.map { "- \($0)\n" }.joined() }
}

/// Lines that can be told apart.
func numbered(_ range: Range<Int>) -> [String] { range.map { "line \($0)" } }
