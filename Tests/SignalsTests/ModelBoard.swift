// SPDX-License-Identifier: Apache-2.0

@testable import Signals

/// A board as docs/Signals.md describes it: what its runner prints, and its journal.
struct ModelBoard {
  static let nonce = "5a17"
  private(set) var console: [UInt8] = []
  /// Key and text of what `lava-journal` can answer.
  private(set) var records: [(key: String, text: String)] = []
  private(set) var signalCount = 0
  private var markCount = 0
  /// The line of each signal, where it stands in the console.
  private(set) var places: [Range<Int>] = []

  mutating func print(_ text: String) { console += Array(text.utf8) }

  mutating func mark(_ text: String) {
    markCount += 1
    records.append(("+\(markCount)/\(signalCount)", text))
  }

  /// A helper's signal.
  mutating func signal(_ text: String) {
    signalCount += 1
    records.append(("\(signalCount)", text))
    let start = console.count
    print(line(text, signalCount, nonce: Self.nonce))
    places.append(start..<console.count)
  }

  mutating func testCase(_ name: String, _ result: String = "pass") {
    signal("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=\(name) RESULT=\(result)>")
  }

  /// STARTRUN or ENDRUN, from run.sh.
  mutating func run(_ name: String, _ suite: String, _ uuid: String) {
    let start = console.count
    print("<LAVA_SIGNAL_\(name) \(suite) \(uuid)>\r\n")
    places.append(start..<console.count)
  }

  mutating func exit() {
    signal("<LAVA_TEST_RUNNER EXIT>")
    mark("end \(signalCount)")
    print("root@board:~# ")
  }

  /// What the board prints when it is asked.
  func answers(to selectors: String) -> [UInt8] {
    var lines = ""
    let words = selectors.split(separator: " ")
    for (key, text) in records where words.contains(where: { Self.selects($0, key) }) {
      lines += answer(key, text, nonce: Self.nonce)
    }
    lines += answer("=\(markCount)/\(signalCount)", "journal", nonce: Self.nonce)
    return Array((lines + "root@board:~# ").utf8)
  }

  private static func selects(_ word: Substring, _ key: String) -> Bool {
    let isMark = key.hasPrefix("+")
    guard word.hasPrefix("+") == isMark else { return false }
    let number = Int(key.drop { $0 == "+" }.prefix { $0 != "/" })!
    let bounds = word.drop { $0 == "+" }.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    switch (bounds.count, bounds.first ?? nil) {
    case (1, nil): return isMark
    case (1, let only?): return number == only
    case (_, let first?): return number >= first && number <= bounds[1] ?? .max
    default: return false
    }
  }
}

extension ModelBoard {
  static let suites = ["0_first", "1_second"]
  static let uuids = ["4242_1.2.1", "4242_1.2.5"]
  static let configuration = TestShellMachine.Configuration(
    definitions: zip(suites, uuids).map { .init(suite: $0, uuid: $1) },
    nonce: nonce,
    jobID: "4242"
  )

  /// Two definitions of so many cases each; the middle third of each stands in a set.
  init(cases count: Int, noise: String = "") {
    for (suite, uuid) in zip(Self.suites, Self.uuids) {
      mark("begin \(suite)")
      print("+ export TESTRUN_ID=\(suite)\r\n++ cat uuid\r\n+ UUID=\(uuid)\r\n+ set +x\r\n")
      run("STARTRUN", suite, uuid)
      for index in 0..<count {
        if index == count / 3 { signal("<LAVA_SIGNAL_TESTSET START middle>") }
        if index == 2 * count / 3 { signal("<LAVA_SIGNAL_TESTSET STOP>") }
        print(noise)
        testCase("case-\(index)", index.isMultiple(of: 7) ? "fail" : "pass")
      }
      run("ENDRUN", suite, uuid)
      mark("exit \(suite) 0")
    }
    exit()
  }

  /// The results of such a board: `suite/set/case result`.
  static func results(cases count: Int) -> [String] {
    suites.flatMap { suite in
      (0..<count).map { index in
        let set = index >= count / 3 && index < 2 * count / 3 ? "middle/" : ""
        return "\(suite)/\(set)case-\(index) \(index.isMultiple(of: 7) ? "fail" : "pass")"
      } + ["lava/\(suite) pass"]
    }
  }
}

extension Trial {
  /// Results as a person names them.
  var rows: [String] {
    results.map { result in
      switch result {
      case .testCase(let found):
        [found.definition, found.set, found.testCase].compactMap { $0 }.joined(separator: "/") + " \(found.result)"
      case .runEnded(let suite, _, _): "lava/\(suite) pass"
      case .runUnfinished(let suite, _, _): "lava/\(suite) fail"
      case .stageFailed(let stage, _): "lava/stage_\(stage) fail"
      case .reference(let found): "\(found.definition)/\(found.testCase) \(found.result)"
      case .missingCase(let suite, let testCase, _): "\(suite)/\(testCase) missing"
      }
    }
  }

  /// Those of test cases.
  var tests: [String] { rows.filter { !$0.hasPrefix("lava/") } }

  /// How each test case came.
  var integrities: [String: SignalIntegrity] {
    Dictionary(cases.map { ("\($0.definition)/\($0.testCase)", $0.integrity) }, uniquingKeysWith: { first, _ in first })
  }

  /// Asks the board for what is missing until nothing is, and ends.
  mutating func ask(_ board: ModelBoard, rounds: Int = 20, through line: (inout [UInt8]) -> Void = { _ in }) {
    for _ in 0..<rounds where !stream.isOver {
      var answer = board.answers(to: stream.question.selectors(limit: 160))
      line(&answer)
      feed(answer[...])
    }
    if !stream.isOver { end(.prompt) }
  }
}
