// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("TAP in TAP")
struct TAPNestingTests {
  @Test("TAP 14: the comment stands before the block, at the indentation of its summary")
  func tap14() {
    #expect(
      tapResults(
        """
        TAP version 14
        1..2
        # Subtest: foo.tap
            # Subtest: inner one
                ok 1 - x
                1..1
            ok 1 - inner one
            not ok 2
            1..3
        not ok 1 - foo.tap
        # Subtest: empty
        ok 2 - bar
            ok 1 - bare
            1..1
        ok 3 - late
        """
      ) == [
        "foo.tap.inner_one.x pass", "foo.tap.inner_one pass", "foo.tap.test-2 fail",
        "foo.tap.test-3 fail (missing: the plan is 1..3)", "foo.tap fail", "bar pass", "test-3.bare pass", "late pass",
      ]
    )
  }

  @Test("Test::More: the comment stands at the indentation of the block")
  func testMore() {
    #expect(
      tapResults(
        """
            # Subtest: foo
                # Subtest: bar
                ok 1 - x
                1..1
            ok 1 - bar
            1..1
        ok 1 - foo
            # Subtest: next
            ok 1 - y
            1..1
        ok 2 - next
        1..2
        """
      ) == ["foo.bar.x pass", "foo.bar pass", "foo pass", "next.y pass", "next pass"]
    )
  }

  @Test("KUnit in the kernel's log, with the time, the task and the level of the log before each line")
  func kunit() {
    let log = """
      [    0.060000] KTAP version 1
      [    0.060000] 1..2
      [    0.061000] usb 1-1: new device
      <6>[    0.062000]     KTAP version 1
      [    0.063000]     # Subtest: qos-kunit-test
      [    0.064000]     # module: qos_test
      [    0.065000]     1..3
      [   10.066000][   T12]     ok 1 freq_qos_test_min
      [   10.067000][    C0]     # freq_qos_test_maxdef: EXPECTATION FAILED at drivers/base/power/qos-test.c:40
      [   10.068000]     not ok 2 freq_qos_test_maxdef
      [   10.069000]     ok 3 freq_qos_test_readd # SKIP no clock
      [   10.070000] # qos-kunit-test: pass:1 fail:1 skip:1 total:3
      [   10.071000] not ok 1 qos-kunit-test
      [   10.072000]     KTAP version 1
      [   10.073000]     # Subtest: second
      [   10.074000]     1..2
      [   10.075000]     ok 1 only
      """
    #expect(
      tapResults(log) == [
        "qos-kunit-test.freq_qos_test_min pass", "qos-kunit-test.freq_qos_test_maxdef fail",
        "qos-kunit-test.freq_qos_test_readd skip (no clock)", "qos-kunit-test fail", "second.only pass",
        "second.test-2 fail (missing: the plan is 1..2)", "test-2 fail (missing: the plan is 1..2)",
      ]
    )
  }

  @Test("KTAP without names of its nested streams, which come with their summaries: they are counted")
  func ktap() {
    #expect(
      tapResults(
        """
        KTAP version 1
        1..1
          KTAP version 1
          1..2
            KTAP version 1
            1..1
            # test_1: initializing test_1
            ok 1 test_1
          ok 1 example_1
            KTAP version 1
            1..2
            ok 1 test_1 # SKIP test_1 skipped
            ok 2 test_2
          ok 2 example_2
        ok 1 main
        """
      ) == [
        "test-1.test-1.test_1 pass", "test-1.example_1 pass", "test-1.test-2.test_1 skip (test_1 skipped)",
        "test-1.test-2.test_2 pass", "test-1.example_2 pass", "main pass",
      ]
    )
  }

  @Test("kselftest nests with `# `")
  func kselftest() {
    #expect(
      tapResults(
        """
        TAP version 13
        1..3
        # timeout set to 45
        # selftests: timers: posix_timers
        # TAP version 13
        # 1..3
        # # Testing posix timers
        # ok 1 check_itimer
        # not ok 2 check timer
        # # Totals: pass:1 fail:1
        not ok 1 selftests: timers: posix_timers # exit=1
        # selftests: timers: nanosleep
        # ok 9 this is no stream
        ok 2 selftests: timers: nanosleep # SKIP
        # selftests: mqueue: mq_perf_tests
        not ok 3 selftests: mqueue: mq_perf_tests # TIMEOUT 180 seconds
        """
      ) == [
        "selftests:_timers:_posix_timers.check_itimer pass", "selftests:_timers:_posix_timers.check_timer fail",
        "selftests:_timers:_posix_timers.test-3 fail (missing: the plan is 1..3)",
        "selftests:_timers:_posix_timers fail (exit=1)", "selftests:_timers:_nanosleep skip",
        "selftests:_mqueue:_mq_perf_tests fail (TIMEOUT 180 seconds)",
      ]
    )
  }

  @Test("Levels without end: what is deeper than the sixteenth belongs to it")
  func deep() {
    let stream = (0..<100).map { String(repeating: " ", count: $0) + "ok 1" }.joined(separator: "\n")
    let results = tapResults(stream)
    #expect(results.count == 100)
    #expect(results[15].split(separator: ".").count == 16)
    #expect(results[99].split(separator: ".").count == 16)
  }
}
