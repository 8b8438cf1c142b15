// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Files that a person got wrong: every mistake at once, with its place and what to write instead.
  @Suite struct BadInputTests {
    private static let job = """
      job_name: bad
      timeouts:
        job:
          minutes: ten
        action: {minutes: 1}
        connection: {minutes: 1}
      visibility: public
      actions:
        - deploy:
            to: tmpsf
            os: debian
        - boot:
            method: minimal
            prompt: ['# ']
        - test:
            definitions:
              - from: inline
                name: unnamed
                path: inline/unnamed.yaml
                repository:
                  metadata:
                    format: Lava-Test Test Definition 1.0
                  run:
                    steps:
                      - 'true'

      """

    /// A device without `actions`.
    private static let device = "hostname: board\ndevicetype: board\n"

    /// Where each mistake stands and what a person must do about it.
    private static let findings:
      [(file: String, line: Int, column: Int, length: Int, code: String, suggestion: String?)] =
        [
          ("device.yaml", 1, 1, 8, "missing-key", nil),
          ("job.yaml", 4, 14, 3, "wrong-type", nil),
          ("job.yaml", 10, 11, 5, "unknown-value", "tmpfs"),
          ("job.yaml", 14, 7, 6, "unknown-key", "prompts"),
          ("job.yaml", 21, 13, 8, "missing-metadata-name", nil),
        ]

    private let folder = TemporaryFolder()

    private func check(_ command: String..., job: String = BadInputTests.job) async throws -> HostProcess.Ending {
      let words = [
        Checkout.program, command[0], folder.write(job, to: "job.yaml"),
        "--device", folder.write(Self.device, to: "device.yaml"),
      ]
      let process = HostProcess(words + command.dropFirst())
      return try #require(await process.ending(limit: PumiceRun.limit))
    }

    @Test func everyMistakeAtOnceForAPerson() async throws {
      let ending = try await check("validate")
      #expect(ending.status == 2)
      #expect(ending.outputText == "")
      let text = ending.errorText.replacing("\(folder.path)/", with: "")
      #expect(text == Self.text)
    }

    @Test func everyMistakeAtOnceForAProgram() async throws {
      let ending = try await check("validate", "--format", "json")
      #expect(ending.status == 2)
      #expect(ending.errorText == "")
      let findings = try ResultFiles.json(ending.output).sequence ?? []
      #expect(findings.count == Self.findings.count)
      for (found, expected) in zip(findings, Self.findings) {
        #expect(found["file"]?.string == folder.file(expected.file))
        #expect(found["line"] == .float(Double(expected.line)))
        #expect(found["column"] == .float(Double(expected.column)))
        #expect(found["length"] == .float(Double(expected.length)))
        #expect(found["code"]?.string == expected.code)
        #expect(found["suggestion"]?.string == expected.suggestion)
        #expect(found["severity"]?.string == (expected.code == "unknown-key" ? "warning" : "error"))
      }
    }

    /// A job that is not valid is not begun.
    @Test func noRunOfABadJob() async throws {
      let results = folder.file("results")
      let ending = try await check("run", "--output", results)
      #expect(ending.status == 2)
      #expect(ending.errorText.replacing("\(folder.path)/", with: "") == Self.text)
      #expect(!FileManager.default.fileExists(atPath: results))
    }

    @Test func tab() async throws {
      let path = folder.write("job_name: tab\nactions:\n\t- deploy: {}\n", to: "tab.yaml")
      let ending = try await pumice("validate", path)
      #expect(ending.status == 2)
      #expect(
        ending.errorText.replacing("\(folder.path)/", with: "")
          == """
          tab.yaml:3:1: error: a tab cannot indent YAML; use spaces
            3 | \t- deploy: {}
              | ^
            Replace each tab by two spaces.

          """
      )
    }

    /// Where unknown keys are refused, `prompt:` alone is enough.
    @Test func unknownKeyInAStrictCheck() async throws {
      let good = Self.job.replacing("minutes: ten", with: "minutes: 10").replacing("tmpsf", with: "overlay")
        .replacing("format: Lava", with: "name: named\n              format: Lava")
      let path = folder.write(good, to: "job.yaml")
      #expect(try await pumice("validate", path).status == 0)
      let strict = try await pumice("validate", path, "--strict")
      #expect(strict.status == 2)
      #expect(strict.errorText.contains("job.yaml:14:7: error: unknown key 'prompt'"))
      #expect(strict.errorText.contains("did you mean 'prompts'?"))
    }

    @Test func filesThatAreNotThere() async throws {
      let ending = try await pumice("validate", folder.file("nowhere.yaml"))
      #expect(ending.status == 2)
      #expect(ending.errorText.contains("nowhere.yaml"))
      #expect(ending.errorText.contains("No such file or directory"))
    }

    /// As compilers print it: the place, the line, what would be right.
    private static let text = """
      device.yaml:1:1: error: the device needs 'actions'
        1 | hostname: board
          | ^~~~~~~~
        expected the methods: actions: {deploy: {methods: …}, boot: {methods: …}}
      job.yaml:4:14: error: 'minutes' cannot be the text 'ten'
        4 |     minutes: ten
          |              ^~~
        expected a number of minutes, such as 10
      job.yaml:10:11: error: 'tmpsf' is not a known value of 'to' in the deploy action
        10 |       to: tmpsf
           |           ^~~~~
        expected one of: docker, download, downloads, fastboot, nbd, nfs, overlay, sata, sd, ssh, tftp, tmpfs, usb
        did you mean 'tmpfs'?
      job.yaml:14:7: warning: unknown key 'prompt' in the boot action: it has no effect
        14 |       prompt: ['# ']
           |       ^~~~~~
        did you mean 'prompts'?
      job.yaml:21:13: error: the test definition has no 'metadata.name'
        21 |             metadata:
           |             ^~~~~~~~
        Add 'name:' to 'metadata'.

      """
  }
}
