// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Linaro's own definitions on a board in QEMU, in one boot: all of them without their repository and their packages, then those
  /// that a Debian board can run, out of a repository, with what they install.
  @Suite(
    .enabled(if: LinaroSuite.isPresent, "../shared/conformance/definitions is not there"),
    .enabled(if: Checkout.hasBoard("qemu-arm64"), "Scripts/make-board qemu-arm64 was not run")
  )
  struct SuiteTests {
    @Test func everyDefinitionIsInTheTable() {
      #expect(LinaroSuite.all.map(\.number) == LinaroSuite.numbersThere)
      #expect(LinaroSuite.all.count == 39)
      // What needs nothing runs from a repository.
      for suite in LinaroSuite.all {
        guard case .nothing = suite.need else { continue }
        #expect(StandInRepository.runs.contains { $0.number == suite.number })
      }
    }

    @Test func onABoard() async throws {
      let folder = TemporaryFolder()
      let repository = StandInRepository(in: folder, StandInRepository.runs)
      let job = TrialJob(text: Self.job(repository))
      let run = PumiceRun(
        job,
        device: Checkout.device("qemu-arm64"),
        environment: ["XDG_CACHE_HOME": folder.file("cache")]
      )
      let ending = try await run.ending(limit: 600)
      #expect(ending.status == 1, "\(ending.errorText)")
      let files = try ResultFiles(run)
      let rows = files.rows
      checkInline(rows)
      checkRepository(rows)
      // What did not finish is told; nothing else is wrong.
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"]?.string?.hasPrefix("definition 0_t000 did not finish; ") == true)
      #expect(rows.filter { $0.suite == "39_apt" } == [.test("39_apt", "installed", "pass")])
      #expect(rows.last == .lava("job", "fail"))
    }

    /// How each definition ended, by its name: the rows of the suite `lava` that are of definitions.
    private func verdicts(_ rows: [ResultRow], _ prefix: String) -> [String: [String]] {
      let ended = rows.filter { $0.suite == "lava" && $0.testCase.contains("_\(prefix)") }
      return Dictionary(grouping: ended, by: \.testCase).mapValues { $0.map(\.result) }
    }

    private func checkInline(_ rows: [ResultRow]) {
      let verdicts = verdicts(rows, "t")
      for (index, suite) in LinaroSuite.all.enumerated() {
        let name = "\(index)_t\(suite.name)"
        let found = rows.filter { $0.suite == name }
        switch suite.ending {
        case .unfinished:
          #expect(verdicts[name] == ["fail"], "\(name)")
          #expect(found == [], "\(name)")
        case .finished(let expected):
          #expect(verdicts[name] == ["pass"], "\(name)")
          #expect(found == expected, "\(name)")
        }
      }
    }

    private func checkRepository(_ rows: [ResultRow]) {
      let verdicts = verdicts(rows, "r")
      for (index, run) in StandInRepository.runs.enumerated() {
        let name = "\(LinaroSuite.all.count + 1 + index)_r\(run.number)"
        #expect(verdicts[name] == ["pass"], "\(name)")
        #expect(rows.filter { $0.suite == name } == run.results(name), "\(name)")
      }
    }

    // MARK: The job

    private static func job(_ repository: StandInRepository) -> String {
      let inline = LinaroSuite.all.map { suite in
        """
              - from: inline
                name: t\(suite.name)
                path: def.yaml
                skip_install: [all]
                repository:
        \(suite.text.indented(by: 10))
        """
      }
      let stored = StandInRepository.runs.map { run in
        "      - {from: git, name: r\(run.number), repository: 'file://\(repository.git.path)', "
          + "path: definitions/\(LinaroSuite(run.number, .nothing).name).yaml}"
      }
      return """
        job_name: suites
        visibility: public
        context: {arch: arm64}
        timeouts: {job: {minutes: 12}, action: {minutes: 5}, connection: {minutes: 4}}
        actions:
        - deploy:
            to: tmpfs
            os: debian
            images:
              kernel:
                image_arg: -kernel {kernel} -append "console=ttyAMA0"
                url: \(Checkout.root)/boards/qemu-arm64/vmlinuz
              initrd:
                image_arg: -initrd {initrd}
                url: \(Checkout.root)/boards/qemu-arm64/initrd.cpio
        - boot:
            method: qemu
            media: tmpfs
            prompts: ['root@qemu-arm64:[^#]*# ']
            auto_login: {login_prompt: 'login:', username: root}
        - test:
            definitions:
        \(inline.joined(separator: "\n"))
              - from: inline
                name: apt
                path: def.yaml
                repository:
                  metadata: {name: apt, format: Lava-Test Test Definition 1.0}
                  run:
                    steps:
                    - printf '#!/bin/sh\\necho "$*" >> /tmp/apt-get.log\\n' > /usr/bin/apt-get
                    - lava-test-case installed --shell chmod +x /usr/bin/apt-get
        - test:
            definitions:
        \(stored.joined(separator: "\n"))

        """
    }
  }
}
