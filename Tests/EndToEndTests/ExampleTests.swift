// SPDX-License-Identifier: Apache-2.0

import Foundation
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
      let output = try await checkRun(run, "qemu-x86-failing", expected: expected, status: 1)
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
    /// - Returns: what it printed on standard output.
    @discardableResult
    private func checkRun(
      _ run: PumiceRun,
      _ example: String,
      expected: [ResultRow],
      status: Int32 = 0
    ) async throws -> String {
      let ending = try await run.ending()
      #expect(ending.status == status, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.rows == expected)
      // A job whose tests fail has done its work (spec results-and-log §4).
      #expect(files.job["result"] == "pass")
      #expect(files.job["name"] == .string(example))
      for row in expected where row.suite != "lava" {
        let name = [row.suite, row.set, row.testCase].compactMap { $0 }.joined(separator: "/")
        #expect(ending.errorText.contains(name), "\(name) was not told while the job ran")
      }
      try await checkReplay(run, files, Checkout.example(example), status: status)
      return ending.outputText
    }

    /// The recorded console holds the same results, whichever way it is read.
    private func checkReplay(_ run: PumiceRun, _ files: ResultFiles, _ job: String, status: Int32) async throws {
      let console = run.file("console.log")
      let tests = Replayed.tests(in: files.document)
      #expect(!tests.isEmpty)
      for (source, input) in [(console, "/dev/null"), ("-", console)] {
        let replay = try await pumice("replay", source, "--job", job, "--format", "json", input: input)
        #expect(replay.status == status)
        let document = try ResultFiles.json(replay.output)
        #expect(Replayed.all(in: document) == tests)
        #expect(document["job"]?["id"] == files.job["id"])
        #expect(document["job"]?["result"] == files.job["result"])
      }
      let yaml = try await pumice("replay", console, "--job", job, "--format", "yaml")
      let document = try YAMLDocument(parsing: yaml.output, file: "replay").root.value
      #expect(ResultRow.all(in: document) == tests.map(ResultRow.init))
      let text = try await pumice("replay", console, "--job", job)
      #expect(text.status == status)
      #expect(text.outputText.contains(status == 0 ? "all tests passed" : "not all tests passed"))
      try await checkCutReplay(console, job, tests)
    }

    /// A console that ends in the middle of a test holds what came before, and a definition that did not end.
    private func checkCutReplay(_ console: String, _ job: String, _ tests: [YAMLValue]) async throws {
      let whole = bytes(of: console)
      let marker = try #require(whole.firstRange(of: Array("<LAVA_SIGNAL_ENDRUN ".utf8)))
      let folder = TemporaryFolder()
      let cut = folder.file("cut.log")
      try Data(whole[..<marker.lowerBound]).write(to: URL(filePath: cut))
      let replay = try await pumice("replay", cut, "--job", job, "--format", "json")
      // As if the connection had been closed.
      #expect(replay.status == 3)
      let found = Replayed.all(in: try ResultFiles.json(replay.output))
      let count = try #require(tests.firstIndex { $0["suite"] == "lava" })
      #expect(Array(found.prefix(count)) == Array(tests.prefix(count)))
      let definition = try #require(tests[count]["case"]?.string)
      #expect(found.dropFirst(count).map(ResultRow.init) == [.lava(definition, "fail"), .lava("job", "fail")])
    }
  }
}

/// Results as a replay can know them.
enum Replayed {
  /// All results of a document, without times and places in a log.
  static func all(in document: YAMLValue) -> [YAMLValue] {
    (document["results"]?.sequence ?? []).map { result in
      .mapping((result.mapping ?? []).filter { $0.key != "log_line" && $0.key != "duration" })
    }
  }

  /// Those of the tests, their cases and how each definition ended, and that of the job; not those of the actions.
  static func tests(in document: YAMLValue) -> [YAMLValue] {
    all(in: document).filter { result in
      result["suite"] != "lava" || (result["uuid"] != nil && result["level"] == nil) || result["case"] == "job"
    }
  }
}
