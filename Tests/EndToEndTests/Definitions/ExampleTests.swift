// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// The jobs of `Examples` on all three boards, and each way an overlay takes to a board.
  @Suite struct ExampleTests {
    @Test(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
    func namespaceBoardIsTheOneWithoutADevice() async throws {
      let run = PumiceRun(example: "first")
      try await checkRun(run, "first", expected: ExpectedResults.namespace)
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func x86Board() async throws {
      let run = PumiceRun(example: "qemu-x86", device: "qemu-x86")
      try await checkRun(run, "qemu-x86", expected: ExpectedResults.qemu(ExpectedResults.smoke))
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-arm64"), "Scripts/make-board qemu-arm64 was not run"))
    func armBoard() async throws {
      let run = PumiceRun(example: "qemu-arm64", device: "qemu-arm64")
      try await checkRun(run, "qemu-arm64", expected: ExpectedResults.qemu(ExpectedResults.smoke))
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func overlayInTheInitrd() async throws {
      let run = PumiceRun(example: "qemu-x86-initrd", device: "qemu-x86")
      let expected = ExpectedResults.qemu(ExpectedResults.initrd, hasDrive: false)
      try await checkRun(run, "qemu-x86-initrd", expected: expected)
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func overlayByHTTP() async throws {
      let run = PumiceRun(example: "qemu-x86-http", device: "qemu-x86")
      let expected = ExpectedResults.qemu(ExpectedResults.http, hasDrive: false)
      try await checkRun(run, "qemu-x86-http", expected: expected)
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func failingExample() async throws {
      let run = PumiceRun(example: "qemu-x86-failing", device: "qemu-x86")
      let expected = ExpectedResults.qemu(ExpectedResults.failing, definitions: 3)
      let output = try await checkRun(
        run,
        "qemu-x86-failing",
        expected: expected.dropLast() + [.lava("job", "fail")],
        status: 1,
        message: "definition 1_dies did not finish"
      )
      #expect(output.contains("not all tests passed"))
      // Each failure with what the board said of it, and of nothing else.
      let problems = try #require(output.split(separator: "\n\n").first { $0.hasPrefix("Did not pass:") })
      #expect(
        problems == """
          Did not pass:
            fail 0_mixed/missing-file
              | cat: can't open '/etc/does-not-exist': No such file or directory
            unfinished lava/1_dies
              | + lava-test-case reached --result pass
              | + ls /does-not-exist
              | ls: /does-not-exist: No such file or directory
          """
      )
    }

    /// Runs an example to its end, looks at everything that it leaves, and replays its console.
    ///
    /// - Parameter message: what the job ends of; a job whose tests fail has done its work (spec results-and-log §4).
    /// - Returns: what it printed on standard output.
    @discardableResult
    private func checkRun(
      _ run: PumiceRun,
      _ example: String,
      expected: [ResultRow],
      status: Int32 = 0,
      message: String? = nil
    ) async throws -> String {
      let ending = try await run.ending()
      #expect(ending.status == status, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.rows == expected)
      #expect(files.job["result"] == (message == nil ? "pass" : "fail"))
      #expect(files.job["error_msg"] == message.map { .string($0) })
      #expect(files.job["name"] == .string(example))
      for row in expected where row.suite != "lava" {
        let name = [row.suite, row.set, row.testCase].compactMap { $0 }.joined(separator: "/")
        #expect(ending.errorText.contains(name), "\(name) was not told while the job ran")
      }
      try await Replayed.check(run, files, job: Checkout.example(example), status: status)
      try await Replayed.checkCut(run, files, job: Checkout.example(example))
      return ending.outputText
    }
  }
}
