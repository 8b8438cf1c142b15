// SPDX-License-Identifier: Apache-2.0

import Pipeline
import Testing

@testable import LavaRun

/// Every line comes to the server once and in order, whatever the server does; or it is said that it does not. No test
/// waits for time to pass.
@Suite struct LogUploadTests {
  /// Uploads a log that is complete.
  private func deliver(_ lines: [String], to server: FakeLogServer) async -> (LogUpload.Ending, UploadBench) {
    let bench = UploadBench(server, lines: lines)
    bench.upload.finish()
    return (await bench.upload.run(), bench)
  }

  @Test(arguments: [0, 1, 999, 1000, 1001, 2500])
  func everyLineOnce(_ count: Int) async {
    let server = FakeLogServer()
    let (ending, bench) = await deliver(numbered(0..<count), to: server)
    #expect(ending == .complete(lines: count))
    #expect(server.lines == numbered(0..<count))
    // At most 1000 lines a request (spec §6), as few requests as that allows, and none that is empty.
    #expect(server.requests.map(\.count).allSatisfy { (1...1000).contains($0) })
    #expect(server.requests.count == (count + 999) / 1000)
    #expect(bench.notes == [])
  }

  @Test func aPartIsTaken() async {
    let server = FakeLogServer([.take(3), .take(1)])
    let (ending, _) = await deliver(numbered(0..<10), to: server)
    #expect(ending == .complete(lines: 10))
    #expect(server.lines == numbered(0..<10))
    #expect(server.requests.map(\.index) == [0, 3, 4])
    #expect(server.requests.map(\.count) == [10, 7, 6])
  }

  /// What it says beyond what it was sent is not believed: the next index is that of the next line.
  @Test(arguments: [1, 1000, Int.max - 1000]) func moreThanWasSentIsTaken(_ more: Int) async {
    let server = FakeLogServer([.claim(more: more), .claim(more: more)])
    let (ending, bench) = await deliver(numbered(0..<2500), to: server)
    #expect(ending == .complete(lines: 2500))
    #expect(server.lines == numbered(0..<2500))
    #expect(server.requests.map(\.index) == [0, 1000, 2000])
    #expect(bench.notes == [])
  }

  /// The server has the lines, and the answer is lost: it knows them by their index.
  @Test func aLostAnswer() async {
    let server = FakeLogServer([.takeAll, .loseAnswer])
    let bench = UploadBench(server, lines: numbered(0..<1500))
    bench.upload.finish()
    let upload = Task { await bench.upload.run() }
    await bench.clock.advanceToNext(sleepers: 1)
    #expect(await upload.value == .complete(lines: 1500))
    #expect(server.lines == numbered(0..<1500))
    #expect(server.requests.map(\.index) == [0, 1000, 1000])
    #expect(bench.notes == ["EXCEPTION [LOGGER] POST: nobody is there"])
  }

  @Test(arguments: [
    (FakeLogServer.Behaviour.answer(500, "oops\non two lines"), "ERROR [LOGGER] POST: 500 - oops on two lines"),
    (.answer(200, "no JSON: {"), "ERROR [LOGGER] POST: 200 - no JSON: {"),
    (.answer(200, #"{"line_count": "5"}"#), #"ERROR [LOGGER] POST: 200 - {"line_count": "5"}"#),
    (.answer(200, "[5]"), "ERROR [LOGGER] POST: 200 - [5]"),
    (.answer(200, "\u{0}\u{1B}[2Jnoise\u{FFFD}"), "ERROR [LOGGER] POST: 200 - [2Jnoise\u{FFFD}"),
    (.answer(200, #"{"line_count": -1}"#), #"ERROR [LOGGER] POST: 200 - {"line_count": -1}"#),
    (.answer(200, #"{"line_count": 0}"#), #"ERROR [LOGGER] POST: 200 - {"line_count": 0}"#),
    // Only exactly LAVA's words say that the job is gone; any other page may be a proxy's.
    (.answer(404, "<h1>Not found</h1>"), "ERROR [LOGGER] POST: 404 - <h1>Not found</h1>"),
    (.answer(404, #"{"error": "Unknown job '1'"}"#), #"ERROR [LOGGER] POST: 404 - {"error": "Unknown job '1'"}"#),
    (.answer(302, ""), "ERROR [LOGGER] POST: 302 - "),
    (.silent, "EXCEPTION [LOGGER] POST: nobody is there"),
  ])
  func whatIsRefusedIsSentAgainAfterFiveSeconds(_ behaviour: FakeLogServer.Behaviour, _ note: String) async {
    let server = FakeLogServer([behaviour, behaviour])
    let bench = UploadBench(server, lines: numbered(0..<5))
    bench.upload.finish()
    let upload = Task { await bench.upload.run() }
    await bench.clock.advanceToNext(sleepers: 1)
    #expect(bench.clock.now == .seconds(5))
    await bench.clock.advanceToNext(sleepers: 1)
    #expect(bench.clock.now == .seconds(10))
    #expect(await upload.value == .complete(lines: 5))
    #expect(server.lines == numbered(0..<5))
    #expect(bench.notes == [note, note])
  }

  @Test func aJobThatWasDeleted() async {
    let answer = FakeLogServer.Behaviour.answer(404, #"{"error": "Unknown job '4242'"}"#)
    let server = FakeLogServer([.takeAll, answer])
    let (ending, bench) = await deliver(numbered(0..<1200), to: server)
    #expect(ending == .unknownJob(sent: 1000))
    #expect(bench.notes == [#"ERROR [LOGGER] POST: 404 - {"error": "Unknown job '4242'"}"#])
  }

  @Test func tooManyLinesAtOnce() async {
    let server = FakeLogServer(lineLimit: 850)
    let (ending, _) = await deliver(numbered(0..<2000), to: server)
    #expect(ending == .complete(lines: 2000))
    #expect(server.lines == numbered(0..<2000))
    // A hundred less each time (spec §6), and not more again.
    #expect(server.requests.map(\.count) == [1000, 900, 800, 800, 400])
  }

  /// A line that is too large even alone: a failed result says so in its place, and the others come.
  @Test func aLineThatIsTooLarge() async {
    let huge = String(repeating: "x", count: 5000)
    let lines = numbered(0..<2) + [huge] + numbered(3..<400)
    let server = FakeLogServer(byteLimit: 4500)
    let (ending, bench) = await deliver(lines, to: server)
    #expect(ending == .complete(lines: 400))
    #expect(server.lines[..<2] == numbered(0..<2)[...])
    #expect(server.lines[3...] == numbered(3..<400)[...])
    #expect(
      server.lines[2].hasSuffix(
        #""lvl": "results", "msg": {"definition": "lava", "case": "log-upload", "result": "fail"}}"#
      )
    )
    #expect(bench.notes.allSatisfy { $0 == "ERROR [LOGGER] POST: 413 - too large" })
  }

  /// The lines wait in the file: what is in memory does not grow with the log.
  @Test func aRequestIsBounded() async {
    let line = String(repeating: "x", count: 99_000)
    let server = FakeLogServer()
    let (ending, _) = await deliver(Array(repeating: line, count: 150), to: server)
    #expect(ending == .complete(lines: 150))
    #expect(server.largest <= LogTail.byteLimit)
    #expect(server.largest > LogTail.byteLimit / 2)
  }
}

// While the log is written.
extension LogUploadTests {
  @Test func whatIsWrittenMeanwhile() async {
    let server = FakeLogServer()
    let bench = UploadBench(server, lines: numbered(0..<2))
    let upload = Task { await bench.upload.run() }
    await bench.clock.sleepers(1)
    #expect(server.lines == numbered(0..<2))
    bench.write(numbered(2..<5), half: "- line")
    await bench.clock.advanceToNext(sleepers: 1)
    await bench.clock.sleepers(1)
    #expect(bench.clock.now == UploadBench.interval)
    // Not the half line.
    #expect(server.lines == numbered(0..<5))
    bench.write([], half: " 5\n- line 6\n")
    bench.upload.finish()
    #expect(await upload.value == .complete(lines: 7))
    #expect(server.lines == numbered(0..<7))
    // The end of the job did not wait for the next turn.
    #expect(bench.clock.now == UploadBench.interval)
  }

  @Test func theServerIsGoneAndComesBack() async {
    let server = FakeLogServer(Array(repeating: .silent, count: 20))
    let bench = UploadBench(server, lines: numbered(0..<1))
    let upload = Task { await bench.upload.run() }
    for attempt in 0..<20 {
      bench.write(numbered(attempt + 1..<attempt + 2))
      await bench.clock.advanceToNext(sleepers: 1)
    }
    bench.upload.finish()
    #expect(await upload.value == .complete(lines: 21))
    #expect(server.lines == numbered(0..<21))
    #expect(bench.clock.now == .seconds(100))
  }

  @Test func somebodyStopsIt() async {
    let server = FakeLogServer([.takeAll] + Array(repeating: .silent, count: 9))
    let bench = UploadBench(server, lines: numbered(0..<1001))
    bench.upload.finish()
    let upload = Task { await bench.upload.run() }
    await bench.clock.sleepers(1)
    upload.cancel()
    #expect(await upload.value == .aborted(sent: 1000))
  }
}
