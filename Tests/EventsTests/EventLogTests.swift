// SPDX-License-Identifier: Apache-2.0

import Events
import Synchronization
import Testing
import YAMLDocument

/// Keeps what it receives.
final class Keeper: EventSink {
  private let kept = Mutex<[(event: Event, index: Int)]>([])

  var events: [Event] { kept.withLock { $0.map(\.event) } }
  var indexes: [Int] { kept.withLock { $0.map(\.index) } }
  var texts: [String] {
    events.compactMap { event in
      guard case .log(_, let text, _) = event.kind else { return nil }
      return text
    }
  }
  var records: [ResultRecord] {
    events.compactMap { event in
      guard case .result(let record) = event.kind else { return nil }
      return record
    }
  }

  func receive(_ event: Event, index: Int) { kept.withLock { $0.append((event, index)) } }
}

@Suite struct EventLogTests {
  private let keeper = Keeper()
  private let log: EventLog

  init() { log = EventLog(sinks: [keeper], now: { 7 }) }

  /// Spec signals §3.3, §9: markers go to the next result of their case, once.
  @Test func markersGoWithTheResult() {
    log.log(.info, "before")
    log.log(.debug, "Received signal: <STARTTC> c1")
    log.mark("c1", .start)
    log.log(.target, "working")
    log.log(.debug, "Received signal: <ENDTC> c1")
    log.mark("c1", .end)
    log.log(.debug, "Received signal: <TESTCASE> TEST_CASE_ID=c1 RESULT=pass")
    log.mark("c1", .testCase)
    log.emit(.result(ResultRecord(.testCase, definition: "0_a", case: "c1", result: .pass)))
    log.emit(.result(ResultRecord(.testCase, definition: "0_a", case: "c1", result: .pass)))
    #expect(keeper.records.map(\.startLine) == [1, nil])
    #expect(keeper.records.map(\.endLine) == [3, nil])
  }

  @Test func withoutStartTheTestCasesLineCounts() {
    log.log(.debug, "Received signal: <TESTCASE> TEST_CASE_ID=c1 RESULT=pass")
    log.mark("c1", .testCase)
    log.emit(.result(ResultRecord(.testCase, definition: "0_a", case: "c1", result: .pass)))
    #expect(keeper.records.map(\.startLine) == [0])
  }

  @Test func secretsAreHiddenEverywhere() {
    log.log(.info, "token s3cret is not hidden yet")
    log.hide(["s3cret", "", "s3cret-longer", "q\"uote"])
    log.log(.target, "say s3cret twice: s3crets3cret, é s3cret-longer s3cre")
    log.log(.target, "a q\"uote")
    var record = ResultRecord(.action, case: "s3cret", result: .fail)
    record.extra = [.init("fail", ["deep": ["s3cret here", .int(3)]])]
    log.emit(.result(record))
    let end = ActionEnd(level: "1", name: "a", duration: .zero, namespace: "common", failure: "no s3cret")
    log.emit(.actionEnded(end))
    #expect(
      keeper.texts == [
        "token s3cret is not hidden yet", "say [MASKED] twice: [MASKED][MASKED], é [MASKED] s3cre", "a [MASKED]",
      ]
    )
    #expect(keeper.records[0].testCase == "[MASKED]")
    #expect(keeper.records[0].extra == [.init("fail", ["deep": ["[MASKED] here", .int(3)]])])
    guard case .actionEnded(let masked) = keeper.events.last?.kind else {
      Issue.record("the end of the action is missing")
      return
    }
    #expect(masked.failure == "no [MASKED]")
  }

  /// LAVA would write `<line way too long ...>` for these (spec results-and-log §1).
  @Test func aLongTextBecomesSeveralLinesAndLosesNothing() {
    let text = String(repeating: "0123456789", count: 25_000) + String(repeating: "\u{1F600}", count: 20_000)
    log.log(.target, text, namespace: "n")
    log.log(.info, "next")
    #expect(keeper.texts.dropLast().joined() == text)
    // 250,000 characters of one, 20,000 escaped to ten each: 450,000 in pieces of less than 100,000.
    #expect(keeper.texts.count == 5 + 1)
    #expect(keeper.indexes == Array(0..<6))
    for event in keeper.events.dropLast() {
      guard case .log(.target, let piece, "n") = event.kind else {
        Issue.record("level and namespace are those of the whole text")
        return
      }
      #expect(YAMLEmitter.flowLine(.string(piece)).utf8.count < 99_000)
    }
  }

  @Test func severalTextsAtOnce() {
    log.hide(["secret"])
    log.log(.target, ["one", "a secret", String(repeating: "x", count: 100_000)], namespace: "n")
    log.log(.info, "next")
    #expect(keeper.texts.prefix(2) == ["one", "a [MASKED]"])
    #expect(keeper.texts[2...].dropLast().joined() == String(repeating: "x", count: 100_000))
    #expect(keeper.texts.last == "next")
    #expect(keeper.indexes == Array(0..<5))
    #expect(Set(keeper.events.dropLast().map(\.time)).count == 1)
  }

  @Test func eventsComeInOrderFromManyTasks() async {
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask { for number in 0..<250 { log.log(.target, "\(task) \(number)") } }
      }
    }
    #expect(keeper.indexes == Array(0..<1000))
    for task in 0..<4 {
      #expect(keeper.texts.filter { $0.hasPrefix("\(task) ") } == (0..<250).map { "\(task) \($0)" })
    }
  }
}
