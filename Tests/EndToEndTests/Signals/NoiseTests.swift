// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Lines that tear, lose and garble what a board prints and what is typed to it: docs/Signals.md has the figures of many
  /// more runs (Scripts/bench noise).
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct NoiseTests {
    private static let count = 120

    /// Two definitions of many cases each.
    private static let definitions: [DefinitionText] = ["one", "two"].map { name in
      .inline(
        name,
        steps: """
          - lava-test-set start \(name)
          - |
            for i in $(seq \(count)); do
              if [ $((i % 5)) = 0 ]; then lava-test-case case-$i --result fail
              else lava-test-case case-$i --result pass --measurement $i.5 --units ms; fi
            done
          - lava-test-set stop
          """
      )
    }

    private static let expected: [String] = ["one", "two"].enumerated().flatMap { index, name in
      (1...count).map { number in
        let suite = "\(index)_\(name)/\(name)"
        return number.isMultiple(of: 5) ? "\(suite)/case-\(number) fail" : "\(suite)/case-\(number) pass \(number).5 ms"
      }
    }

    @Test(
      arguments: [
        "kernel=200", "bytes=1e-3", "kernel=100 bytes=1e-3 typed=1e-3", "kernel=200 bytes=3e-3 typed=1e-4",
      ]
    )
    func everyResultIsThere(noise: String) async throws {
      let job = TrialJob(
        JobText("noise", jobTime: 300, actionTime: 240, actions: [.deploy(), .boot(), .test(Self.definitions)])
      )
      let device = job.folder.write(
        """
        extends: minimal
        hostname: noisy
        devicetype: namespace
        dispatcher_ip: 127.0.0.1
        commands:
          connect: 'python3 \(Checkout.root)/Benchmarks/noisy-console.py seed=7 \(noise) \(Checkout.namespaceShell)'
        constants: {kernel-start-message: ''}

        """,
        to: "noisy.yaml"
      )
      let run = PumiceRun(job, device: device)
      let ending = try await run.ending()
      #expect(ending.status == 1, "\(ending.errorText)")
      let files = try ResultFiles(run)
      let tests = files.rows.filter { $0.suite != "lava" }
      #expect(tests.map { row in Self.text(row) } == Self.expected)
      let runs = files.rows.filter { $0.suite == "lava" && ($0.testCase == "0_one" || $0.testCase == "1_two") }
      #expect(runs.map(\.result) == ["pass", "pass"])
      let signals = try #require(files.document["signals"]?.sequence?.first)
      #expect(signals["lost"] == [] && signals["forged"] == [])
      #expect(signals["verified"] != .float(Double(Self.expected.count + 5)))
      try await Replayed.check(run, files, job: job.path, status: 1)
    }

    private static func text(_ row: ResultRow) -> String {
      let name = [row.suite, row.set, row.testCase].compactMap { $0 }.joined(separator: "/")
      return ([name, row.result] + [row.measurement.map { "\($0)" }, row.units].compactMap { $0 }).joined(
        separator: " "
      )
    }
  }
}
