// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Pipeline
import Testing
import YAMLDocument

/// What runs, in which order, and what the log says of it (spec results-and-log §2, §4).
@Suite struct RunnerTests {
  @Test func aJobThatGoesWell() async throws {
    let journal = Journal()
    let deploy = Action("deployimages", run: journal.step("deploy"), finish: journal.step("deployed")) {
      Action("lava-overlay", run: { run in run.record("uuid", "4242_1.1") })
    }
    let bench = try Bench(
      [Block(.deploy, deploy), finalizeBlock(journal)],
      hooks: .init(banner: ["pumice, version: 1"], tidy: { $0.log(.info, "tidied") })
    )
    let outcome = await bench.runner.run()
    #expect(outcome.failure == nil && !outcome.isInvalid)
    #expect(journal.all == ["deploy", "deployed", "power-off", "read-feedback"])
    #expect(
      bench.recorder.lines == [
        "info pumice, version: 1",
        "info start: 0 validate",
        "info Start time: 1970-01-01 00:00:00+00:00 (UTC)",
        "info validate duration: 0.00",
        "result validate pass",
        "info start: 1 deployimages (timeout 00:00:30) [common]",
        "debug start: 1.1 lava-overlay (timeout 00:00:30) [common]",
        "debug end: 1.1 lava-overlay (duration 00:00:00) [common]",
        "result lava-overlay pass uuid=4242_1.1",
        "info end: 1 deployimages (duration 00:00:00) [common]",
        "info start: 2 finalize (timeout 00:00:30) [common]",
        "debug start: 2.1 power-off (timeout 00:00:30) [common]",
        "debug end: 2.1 power-off (duration 00:00:00) [common]",
        "debug start: 2.2 read-feedback (timeout 00:00:30) [common]",
        "debug end: 2.2 read-feedback (duration 00:00:00) [common]",
        "info end: 2 finalize (duration 00:00:00) [common]",
        "info Cleaning after the job",
        "info tidied",
        "info Job finished correctly",
        "result job pass",
      ]
    )
  }

  @Test func everyActionAroundAFailureSaysIt() async throws {
    let journal = Journal()
    let boot = Action("minimal-boot") {
      Action("connect-device", run: failing(.infrastructure, "no route to board"))
      Action("reset-device", run: journal.step("never"))
    }
    let bench = try Bench([
      Block(.boot, boot), Block(.test, Action("next", run: journal.step("never"))), finalizeBlock(journal),
    ])
    let outcome = await bench.runner.run()
    #expect(outcome.failure?.message == "no route to board")
    #expect(journal.all == ["power-off", "read-feedback"])
    let lines = bench.recorder.lines
    let begin = try #require(lines.firstIndex(of: "debug start: 1.1 connect-device (timeout 00:00:30) [common]"))
    #expect(
      Array(lines[(begin + 1)...].prefix(6)) == [
        "exception no route to board",
        "debug end: 1.1 connect-device (duration 00:00:00) [common]",
        "result connect-device fail fail=no route to board",
        "exception no route to board",
        "info end: 1 minimal-boot (duration 00:00:00) [common]",
        "result minimal-boot fail fail=no route to board",
      ]
    )
    #expect(
      Array(lines.suffix(2)) == [
        "error InfrastructureError: The Infrastructure is not working correctly. "
          + "Please report this error to LAVA admins.",
        "result job fail",
      ]
    )
  }

  @Test func anInvalidJobStartsNothing() async throws {
    let journal = Journal()
    let bench = try Bench(
      [Block(.deploy, Action("deploy", run: journal.step("never"))), finalizeBlock(journal)],
      hooks: .init(validate: { _ throws(Failure) in throw Failure(.job, "invalid", "Invalid job data: ['x']") })
    )
    let outcome = await bench.runner.run()
    #expect(outcome.isInvalid)
    #expect(journal.all.isEmpty)
    #expect(bench.recorder.lines.contains("result validate fail"))
    #expect(bench.recorder.lines.last == "result job fail")
  }

  @Test func finalizeGoesOnWhateverFails() async throws {
    let journal = Journal()
    let finalize = Action("finalize", finish: journal.step("closed")) {
      Action("power-off", run: failing(.infrastructure, "no power switch"))
      Action("read-feedback", run: journal.step("read"))
    }
    let bench = try Bench([Block(.finalize, finalize)])
    let outcome = await bench.runner.run()
    #expect(journal.all == ["read", "closed"])
    #expect(outcome.failure?.message == "no power switch")
  }

  @Test func cleanupUndoesTheLastFirst() async throws {
    let journal = Journal()
    let one = Action("one", run: journal.step("one"), cleanup: journal.step("undo one"))
    let two = Action("two", run: failing(.job, "no"), cleanup: journal.step("undo two"))
    let three = Action("three", cleanup: journal.step("undo three"))
    let bench = try Bench([
      Block(.deploy, one), Block(.boot, two), Block(.test, three), finalizeBlock(journal),
    ])
    _ = await bench.runner.run()
    #expect(journal.all == ["one", "power-off", "read-feedback", "undo two", "undo one"])
  }

  @Test func aCleanupThatFailsOrHangsStopsNoOther() async throws {
    let journal = Journal()
    let bench = try Bench([
      Block(.deploy, Action("one", cleanup: journal.step("undo one"))),
      Block(.deploy, Action("two", cleanup: failing(.bug, "cannot"))),
      Block(.deploy, Action("three", cleanup: working(.seconds(100_000)))),
    ])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure == nil)
    #expect(bench.clock.now == .seconds(300))
    #expect(journal.all == ["undo one"])
    #expect(bench.recorder.lines.contains("error job-cleanup timed out after 300 seconds, in 3 three"))
    #expect(bench.recorder.lines.contains("error Cleaning up after 2 two failed: cannot"))
  }
}
