// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Overlay
import Testing
import YAMLDocument

@testable import Dispatcher

/// Constants as LAVA looks them up: job context, `os`, device, base template (spec test-shell §1.1).
@Suite struct ConstantTests {
  private func directory(context: String = "{}", os: String?, device: String = "") throws -> String {
    let job = try Sample.job(Sample.jobText([""], context: context, os: os))
    let device = try Sample.device(Sample.deviceText + device)
    return try Sample.context(job, device).resultsDirectory(of: "common")
  }

  private let device = "constants: {posix: {lava_test_results_dir: /device-%s, lava_test_sh_cmd: /device/sh}}"

  /// `lede` has its results in /tmp (spec test-shell §7).
  @Test func contextComesFirst() throws {
    let context = "{lava_test_results_dir: /context-%s}"
    #expect(try directory(context: context, os: "lede", device: device) == "/context-4242")
  }

  @Test func osComesBeforeTheDevice() throws {
    #expect(try directory(os: "lede", device: device) == "/tmp/lava-results-4242")
  }

  @Test func deviceComesBeforeTheBase() throws {
    #expect(try directory(os: nil, device: device) == "/device-4242")
  }

  @Test func baseComesLast() throws {
    #expect(try directory(os: nil) == "/lava-4242")
  }

  @Test func shellIsLookedUpTheSameWay() throws {
    for (context, os, device, expected) in [
      ("{lava_test_sh_cmd: /context/sh}", "debian", self.device, "/context/sh"),
      ("{}", "debian", self.device, "/bin/bash"),
      ("{}", nil, self.device, "/device/sh"),
      ("{}", nil, "", "/bin/sh"),
    ] {
      let job = try Sample.job(Sample.jobText([""], context: context, os: os))
      let board = try Sample.device(Sample.deviceText + device)
      #expect(Sample.context(job, board).shell(of: "common") == expected)
    }
  }

  /// Spec test-shell §1.1 recommends the intended message for all of these, and the class Job.
  @Test(arguments: ["/lava", "/lava-%d", "lava-%s", "/%s/%s", "''"])
  func resultsDirectoryThatCannotBe(pattern: String) throws {
    let failure = try #require(throws: Failure.self) {
      try directory(context: "{lava_test_results_dir: \(pattern)}", os: nil)
    }
    #expect(failure.kind == .job)
    #expect(failure.message == "Invalid lava_test_results_dir, should include '%s'")
  }

  /// Other constants of the base template.
  @Test func constantsOutsideOfASection() throws {
    let job = try Sample.job(Sample.jobText([""]))
    let context = Sample.context(job, try Sample.device(Sample.deviceText))
    #expect(context.constant("kernel-start-message") == "Linux version [0-9]")
    #expect(context.constant("default-shell-prompt") == "lava-test: # ")
    #expect(context.constant("no-such-constant") == nil)
    let quiet = try Sample.device(Sample.deviceText + "constants: {kernel-start-message: ''}")
    #expect(Sample.context(job, quiet).constant("kernel-start-message") == "")
  }
}
