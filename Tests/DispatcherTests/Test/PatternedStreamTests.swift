// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Signals
import Testing

@testable import Dispatcher

/// `parse` patterns beside signals (spec signals §1, §7): what begins first wins, and what was matched is gone.
@Suite struct PatternedStreamTests {
  /// What came of a console, in order: results, and `open` or `closed` where the pattern changed.
  private struct Outcome: Equatable {
    var lines: [String] = []
    /// How many bytes were read.
    var count = 0
    var failure: Failure?
  }

  private static let simple = #"^(?P<test_case_id>[\w/ ]+): (?P<result>OK|KO)"#
  private static let measured =
    #"(?P<test_case_id>\w+) (?P<result>OK) (?P<measurement>\d+)(?: (?P<units>\w+))?"#

  /// - Parameter nonce: nil for a board whose signals have no numbers.
  private static func run(
    _ console: String,
    _ patterns: [String],
    nonce: String? = nil,
    piece: Int
  ) throws -> Outcome {
    let definitions = patterns.enumerated().map { index, pattern in
      TestShellMachine.Definition(
        suite: "\(index)_d",
        uuid: "u\(index)",
        parse: pattern.isEmpty ? nil : .init(pattern: pattern, fixups: [("OK", "pass"), ("KO", "fail")])
      )
    }
    var compiled: [String: ParsePattern] = [:]
    for (index, pattern) in patterns.enumerated() where !pattern.isEmpty {
      compiled["\(index)_d"] = try ParsePattern(pattern, at: SourcePlace(file: "job.yaml", line: 7, column: 3))
    }
    var stream = PatternedStream(
      TestShellStream(.init(definitions: definitions, nonce: nonce, lavaVerdicts: true)),
      patterns: compiled
    )
    var outcome = Outcome()
    func note(_ effect: ShellEffect) {
      switch effect {
      case .result(.testCase(let found)):
        let measurement = found.measurement.map { " \($0)\(found.units ?? "")" } ?? ""
        outcome.lines.append("\(found.definition)/\(found.testCase) \(found.result)\(measurement)")
      case .result(.runEnded(let suite, _, _)): outcome.lines.append("\(suite) pass")
      case .result(.runUnfinished(let suite, _, _)): outcome.lines.append("\(suite) fail")
      case .patternChanged(let suite): outcome.lines.append(suite == nil ? "closed" : "open")
      case .failed(let failure): outcome.lines.append(failure.message)
      default: break
      }
    }
    let bytes = Array(console.utf8)
    bytes.withUnsafeBytes { all in
      for start in stride(from: 0, to: all.count, by: piece) where !stream.isOver {
        let part = UnsafeRawBufferPointer(rebasing: all[start..<min(start + piece, all.count)])
        outcome.count += stream.feed(part, at: .zero, note)
      }
    }
    stream.end(.canceled, at: .zero, note)
    outcome.failure = stream.failure
    return outcome
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var patterns: [String]
    var console: String
    var lines: [String]
    /// What comes after the end of the test shell.
    var rest = ""

    var testDescription: String { name }
  }

  private static func start(_ index: Int = 0) -> String { "<LAVA_SIGNAL_STARTRUN \(index)_d u\(index)>\r\n" }
  private static func end(_ index: Int = 0) -> String { "<LAVA_SIGNAL_ENDRUN \(index)_d u\(index)>\r\n" }
  private static func testCase(_ id: String) -> String { "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=\(id) RESULT=OK>" }

  private static let cases = [
    Case(
      name: "only between STARTRUN and ENDRUN, in order with the signals",
      patterns: [simple],
      console: "early: OK\r\n" + start() + "t1: OK\r\nt2: KO\r\n" + testCase("c1") + "\r\nt/3: OK\r\n t 4: OK\r\n"
        + end()
        + "late: OK\r\n",
      lines: ["open", "0_d/t1 pass", "0_d/t2 fail", "0_d/c1 pass", "0_d/t/3 pass", "closed", "0_d pass"]
    ),
    Case(
      name: "each definition has its own pattern",
      patterns: [simple, "", #"(?P<result>OK) (?P<test_case_id>\w+)"#],
      console: start() + "a: OK\r\nOK b\r\n" + end() + start(1) + "c: OK\r\nOK d\r\n" + end(1) + start(2)
        + "e: OK\r\nOK f\r\n" + end(2),
      // The second has none; in the third `e: OK` is no match, and `OK` before a line's end no case.
      lines: ["open", "0_d/a pass", "closed", "0_d pass", "1_d pass", "open", "2_d/f pass", "closed", "2_d pass"]
    ),
    Case(
      name: "the signal begins first, and the pattern sees none of it",
      patterns: [#"(?P<test_case_id>\w+) RESULT=(?P<result>OK)"#],
      console: start() + testCase("c1") + "\r\nc2 RESULT=OK\r\n" + end(),
      lines: ["open", "0_d/c1 pass", "0_d/c2 pass", "closed", "0_d pass"]
    ),
    Case(
      name: "the match begins first, and the signal in it is none",
      patterns: [#"(?P<test_case_id>\w+): .*RESULT=(?P<result>OK)"#],
      console: start() + "a: " + testCase("c1") + "\r\n" + testCase("c2") + "\r\n" + end(),
      lines: ["open", "0_d/a pass", "0_d/c2 pass", "closed", "0_d pass"]
    ),
    Case(
      name: "what stands behind a swallowed signal is read again",
      patterns: [#"(?P<test_case_id>\w+): <LAVA_SIGNAL_(?P<result>OK|TESTCASE)"#],
      console: start() + "a: " + testCase("c1>" + testCase("c2")) + "\r\nb: <LAVA_SIGNAL_OK>\r\n" + end(),
      lines: ["open", "0_d/a TESTCASE", "0_d/c2 pass", "0_d/b pass", "closed", "0_d pass"]
    ),
    Case(
      name: "a line begins where a signal ended",
      patterns: [#"^ (?P<test_case_id>\w+): (?P<result>OK)$"#],
      console: start() + testCase("c1") + " t1: OK\n" + " t2: OK\n x t3: OK\n" + end(),
      lines: ["open", "0_d/c1 pass", "0_d/t1 pass", "0_d/t2 pass", "closed", "0_d pass"]
    ),
    Case(
      name: "the trailer is a part of the signal",
      patterns: [#"#(?P<test_case_id>\d+)\.(?P<result>\w+)"#],
      // The sum is one of docs/Signals.md; the name of the signal is nobody's, and its sum here wrong.
      console: start() + "<LAVA_SIGNAL_X y> #1.b81dfabb\r\n#2.OK\r\n" + end(),
      lines: ["open", "0_d/2 pass", "closed", "0_d pass"]
    ),
    Case(
      name: "what is open is decided by the next signal, or by the end",
      patterns: [measured],
      console: start() + "a OK 12" + testCase("c1") + "b OK 3 ms" + end() + start() + "c OK 45 m",
      lines: [
        "open", "0_d/a pass 12.0", "0_d/c1 pass", "0_d/b pass 3.0ms", "closed", "0_d pass", "open", "0_d/c pass 45.0m",
        "0_d fail",
      ]
    ),
    Case(
      name: "a match over lines, interrupted by a signal",
      patterns: [#"(?s)BEGIN (?P<test_case_id>\w+).*END (?P<result>\w+)\n"#],
      // Where the signal has come the first match has not: its begin is gone then. The other has no signal inside.
      console: start() + "BEGIN a\n" + testCase("c1") + "\nEND OK\n" + "BEGIN b\nx\nEND KO\n" + end(),
      lines: ["open", "0_d/c1 pass", "0_d/b fail", "closed", "0_d pass"]
    ),
    Case(
      name: "half a signal is text",
      patterns: [simple],
      console: start() + "<LAVA_SIGNAL_TESTC\r\na: OK\r\n<LAVA_SIGNAL_\r\nb: OK\r\n" + end(),
      lines: ["open", "0_d/a pass", "0_d/b pass", "closed", "0_d pass"]
    ),
    Case(
      name: "the end of the runner",
      patterns: [simple],
      console: start() + "a: OK\r\n" + end() + "<LAVA_TEST_RUNNER EXIT>\r\n# b: OK\r\n",
      lines: ["open", "0_d/a pass", "closed", "0_d pass"],
      rest: "\r\n# b: OK\r\n"
    ),
    Case(
      name: "a match that ends the test shell",
      patterns: [#"(?P<test_case_id>\w+) (?P<result>OK) (?P<measurement>[\d,]+);"#],
      console: start() + "a OK 1; b OK 1,5; c OK 2;\r\n" + end(),
      lines: ["open", "0_d/a pass 1.0", "0_d fail", "Invalid measurement 1,5"],
      rest: " c OK 2;\r\n" + end()
    ),
  ]

  /// However the console is cut. What comes behind the end of the test shell is counted where it is known at once: with
  /// a trailer, or what cannot be one.
  @Test(arguments: cases) func everySizeOfPieceGivesTheSame(_ item: Case) throws {
    for piece in 1...item.console.utf8.count {
      let outcome = try Self.run(item.console, item.patterns, piece: piece)
      #expect(outcome.lines == item.lines, "pieces of \(piece)")
      #expect(outcome.failure == nil)
      let read = item.console.utf8.count - item.rest.utf8.count
      #expect(outcome.count == read, "pieces of \(piece)")
    }
  }

  /// Signals without a number wait for those that have one; what is found between them does too.
  @Test func matchesWaitForTheSignalsBeforeThem() throws {
    let console =
      Self.start() + "a: OK\r\n" + Self.testCase("c1") + "\r\nb: OK\r\n" + Self.testCase("c2") + "\r\nc: KO\r\n"
      + Self.end() + "<LAVA_TEST_RUNNER EXIT> #1.b81dfabb\r\n"
    for piece in 1...console.utf8.count {
      let outcome = try Self.run(console, [Self.simple], nonce: "0", piece: piece)
      #expect(
        outcome.lines == [
          "open", "0_d/a pass", "0_d/c1 pass", "0_d/b pass", "0_d/c2 pass", "0_d/c fail", "closed", "0_d pass",
        ],
        "pieces of \(piece)"
      )
    }
  }

  /// A pattern that takes exponential time is given up, by name and place, and the definition has failed.
  @Test func aPatternThatIsTooCostly() throws {
    let pattern = #"(?P<test_case_id>(a|a)+)\d(?P<result>OK)"#
    let console = Self.start() + String(repeating: "a", count: 64) + "!\r\n" + Self.end()
    let outcome = try Self.run(console, [pattern], piece: 4096)
    #expect(outcome.lines == ["open", "0_d fail"])
    #expect(outcome.failure?.code == "pattern-too-costly")
    #expect(outcome.failure?.place == SourcePlace(file: "job.yaml", line: 7, column: 3))
  }

  /// Python goes on matching nothing at the same place for ever.
  @Test(arguments: [#"(?P<test_case_id>x*)(?P<result>y*)"#, #"(?=a)(?P<test_case_id>)(?P<result>)"#])
  func aPatternThatMatchesNothing(pattern: String) throws {
    let outcome = try Self.run(Self.start() + "b\r\nab\r\n" + Self.end(), [pattern], piece: 1)
    #expect(outcome.lines == ["open", "0_d fail"])
    #expect(outcome.failure?.code == "pattern-matches-nothing")
    #expect(outcome.failure?.place?.line == 7)
  }

  @Test func aPatternThatIsNone() throws {
    do throws(Failure) {
      _ = try ParsePattern("a(", at: SourcePlace(file: "job.yaml", line: 7, column: 3))
      Issue.record("it is one")
    } catch {
      #expect(error.code == "pattern-invalid")
      #expect(error.place?.line == 7)
    }
  }
}
