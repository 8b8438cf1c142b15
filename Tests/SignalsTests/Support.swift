// SPDX-License-Identifier: Apache-2.0

@testable import Signals

/// What a scanner finds in bytes that are cut before these indices.
func scan(_ bytes: [UInt8], cutAt cuts: [Int] = []) -> [ScannedSignal] {
  var scanner = SignalScanner()
  var found: [ScannedSignal] = []
  for piece in pieces(of: bytes, cutAt: cuts) {
    piece.withUnsafeBytes { scanner.scan($0) { found.append($0) } }
  }
  if let last = scanner.finish() { found.append(last) }
  return found
}

func scan(_ text: String) -> [ScannedSignal] { scan(Array(text.utf8)) }

func pieces(of bytes: [UInt8], cutAt cuts: [Int]) -> [ArraySlice<UInt8>] {
  let bounds = [0] + cuts + [bytes.count]
  return zip(bounds, bounds.dropFirst()).map { bytes[$0..<$1] }
}

/// The line that a helper of ours prints.
func line(_ signal: String, _ number: Int, nonce: String = "0") -> String {
  let hex = String(CRC32C.signal(signal.utf8, number: number, nonce: nonce), radix: 16)
  return "\(signal) #\(number).\(String(repeating: "0", count: 8 - hex.count))\(hex)\r\n"
}

/// The line that `lava-journal` prints (docs/Signals.md, "Asking again").
func answer(_ key: String, _ text: String, nonce: String = "0") -> String {
  var sum = CRC32C()
  sum.update("\(nonce) \(key) \(text)".utf8)
  let hex = String(sum.value, radix: 16)
  let escapes: [Character: String] = ["\\": "\\\\", "\n": "\\n", "\r": "\\r", "<": "\\l", ">": "\\g"]
  let escaped = text.map { escapes[$0] ?? String($0) }.joined()
  return "<LAVA_JOURNAL \(key).\(String(repeating: "0", count: 8 - hex.count))\(hex) \(escaped)>\r\n"
}

/// A test shell that is fed with text, and what it said.
struct Trial {
  var stream: TestShellStream
  /// The calls of the group.
  var calls: [MultinodeCall] {
    effects.compactMap { effect in if case .multinode(let call, _) = effect { call } else { nil } }
  }

  var effects: [ShellEffect] = []

  init(_ configuration: TestShellMachine.Configuration = Trial.first) {
    stream = TestShellStream(configuration)
  }

  /// One definition, as in spec signals §14.
  static let first = TestShellMachine.Configuration(definitions: [.init(suite: "0_first", uuid: "4242_1.2.1")])
  static let startRun = "<LAVA_SIGNAL_STARTRUN 0_first 4242_1.2.1>\r\n"
  static let endRun = "<LAVA_SIGNAL_ENDRUN 0_first 4242_1.2.1>\r\n"
  static let exit = "<LAVA_TEST_RUNNER EXIT>\r\n"

  @discardableResult
  mutating func feed(_ text: String, at now: Duration = .zero) -> Int {
    feed(Array(text.utf8)[...], at: now)
  }

  @discardableResult
  mutating func feed(_ bytes: ArraySlice<UInt8>, at now: Duration = .zero) -> Int {
    var new: [ShellEffect] = []
    let count = bytes.withUnsafeBytes { stream.feed($0, at: now) { new.append($0) } }
    effects += new
    return count
  }

  mutating func feed(_ bytes: [UInt8]) { feed(bytes[...]) }

  mutating func end(_ reason: TestShellMachine.EndReason, at now: Duration = .zero) {
    var new: [ShellEffect] = []
    stream.end(reason, at: now) { new.append($0) }
    effects += new
  }

  /// The console is silent.
  mutating func flush(at now: Duration = .zero) {
    var new: [ShellEffect] = []
    stream.flush(at: now) { new.append($0) }
    effects += new
  }

  mutating func reportMissingCases() {
    var new: [ShellEffect] = []
    stream.reportMissingCases { new.append($0) }
    effects += new
  }

  mutating func match(_ match: ParsePatternMatch) {
    var new: [ShellEffect] = []
    stream.feed(match: match, at: .zero) { new.append($0) }
    effects += new
  }

  var results: [ShellResult] {
    effects.compactMap { effect in if case .result(let result) = effect { result } else { nil } }
  }

  var tally: SignalTally? {
    effects.lazy.compactMap { effect in if case .signals(let tally) = effect { tally } else { nil } }.first
  }

  static let waiting = "what follows waits until the board's journal can be asked, when its tests are over"

  var cases: [TestCaseResult] {
    results.compactMap { result in if case .testCase(let testCase) = result { testCase } else { nil } }
  }

  func logs(_ levels: ShellLogLevel...) -> [String] {
    effects.compactMap { effect in
      if case .log(let level, let text) = effect, levels.contains(level) { text } else { nil }
    }
  }

  /// What the test shell ended with.
  var failure: ShellFailure? {
    effects.lazy.compactMap { effect in if case .failed(let failure) = effect { failure } else { nil } }.first
  }
}

extension TestCaseResult {
  /// A result of the definition `0_first` without a trailer.
  static func first(
    _ testCase: String,
    _ result: String = "pass",
    measurement: Double? = nil,
    units: String? = nil,
    set: String? = nil,
    integrity: SignalIntegrity = .unverified
  ) -> TestCaseResult {
    TestCaseResult(
      definition: "0_first",
      testCase: testCase,
      result: result,
      measurement: measurement,
      units: units,
      set: set,
      integrity: integrity
    )
  }
}
