// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// `pumice plan`: what it prints, and that it is what runs.
  @Suite struct PlanCommandTests {
    private let folder = TemporaryFolder()

    private func plan(_ job: String, on device: String, as format: String) async throws -> String {
      let ending = try await pumice("plan", job, "--device", device, "--format", format)
      #expect(ending.status == 0, "\(ending.errorText)")
      return ending.outputText
    }

    // MARK: - LAVA's trees

    private static let cases = URL(filePath: "\(Checkout.root)/../shared/conformance/plan").standardizedFileURL.path
    private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: cases)) ?? []).sorted()

    /// As in LAVA, byte for byte; where a case has a context of its own, that replaces the job's.
    @Test(.enabled(if: !names.isEmpty, "../shared/conformance/plan is not there"), arguments: names)
    func tableIsLAVAs(name: String) async throws {
      let place = "\(Self.cases)/\(name)"
      var job = "\(place)/job.yaml"
      if FileManager.default.fileExists(atPath: "\(place)/context.json") {
        let text = String(decoding: bytes(of: job), as: UTF8.self)
        let context = String(decoding: bytes(of: "\(place)/context.json"), as: UTF8.self)
        // What stands last counts, and is told.
        job = folder.write(text + "\ncontext: \(context)\n", to: "job.yaml")
      }
      let table = try await plan(job, on: "\(place)/device.yaml", as: "tsv")
      #expect(table == String(decoding: bytes(of: "\(place)/tree.tsv"), as: UTF8.self))
    }

    // MARK: - Where timeouts come from

    /// Each of the priorities of spec jobs §4.1 decides at least once.
    private static let job = """
      job_name: origins
      timeouts:
        job: {minutes: 30}
        action: {seconds: 70}
        actions:
          expect-shell-connection: {seconds: 55}
        connection: {seconds: 25}
        connections:
          login-action: {seconds: 21}
      actions:
      - deploy:
          to: overlay
      - boot:
          method: minimal
          failure_retry: 3
          connection_timeout: {seconds: 23}
          timeout: {seconds: 100}
          timeouts:
            connect-device: {seconds: 7}
          prompts: ['root@board:~# ']
      - test:
          definitions:
          - from: inline
            name: one
            path: one.yaml
            repository:
              metadata: {format: Lava-Test Test Definition 1.0, name: one}
              run: {steps: ['true']}

      """
    private static let device = """
      hostname: board
      device_type: board
      commands: {connect: 'true'}
      actions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}
      timeouts:
        actions:
          power-off: {seconds: 10}
          login-action: {seconds: 99}
        connections:
          lava-test-shell: {seconds: 11}

      """

    @Test func eachTimeoutSaysWhereItComesFrom() async throws {
      let (job, device) = (folder.write(Self.job, to: "job.yaml"), folder.write(Self.device, to: "device.yaml"))
      let text = try await plan(job, on: device, as: "text").replacing("\(folder.path)/", with: "")
      #expect(
        text == """
          1 lava-overlay  70 s (job timeouts.action, job.yaml:4)
            1.1 lava-multinode-overlay  70 s (job timeouts.action, job.yaml:4)
            1.2 test-definition  70 s (job timeouts.action, job.yaml:4)
              1.2.1 inline-repo-action  70 s (job timeouts.action, job.yaml:4)
              1.2.2 test-overlay  70 s (job timeouts.action, job.yaml:4)
              1.2.3 test-install-overlay  70 s (job timeouts.action, job.yaml:4)
              1.2.4 test-runscript-overlay  70 s (job timeouts.action, job.yaml:4)
            1.3 compress-overlay  70 s (job timeouts.action, job.yaml:4)
          2 minimal-boot x3  100 s (block timeout, job.yaml:17)
            2.1 connect-device  7 s (block timeouts, job.yaml:19)
            2.2 reset-device  33 s (100 s of 2 for 3 attempts)
              2.2.1 send-reboot-commands  100 s (block timeout, job.yaml:17)
            2.3 auto-login-action x3  33 s (100 s of 2 for 3 attempts)
              2.3.1 login-action  11 s (33 s of 2.3 for 3 attempts)
            2.4 expect-shell-connection  55 s (job timeouts.actions, job.yaml:6)
            2.5 export-device-env  33 s (100 s of 2 for 3 attempts)
          3 lava-test-retry  70 s (job timeouts.action, job.yaml:4)
            3.1 lava-test-shell  70 s (job timeouts.action, job.yaml:4)
          4 finalize  70 s (job timeouts.action, job.yaml:4)
            4.1 power-off  10 s (device timeouts.actions, device.yaml:7)
            4.2 read-feedback  70 s (job timeouts.action, job.yaml:4)

          """
      )
      // Without any of them it is the action's own.
      let bare = folder.write(Self.job.replacing("  action: {seconds: 70}\n", with: ""), to: "bare.yaml")
      #expect(try await plan(bare, on: device, as: "text").contains("1.1 lava-multinode-overlay  30 s (default)\n"))
    }

    /// JSON and YAML say the same, and what the table says.
    @Test func theFormatsAgree() async throws {
      let (job, device) = (folder.write(Self.job, to: "job.yaml"), folder.write(Self.device, to: "device.yaml"))
      let json = try ResultFiles.json(Array(try await plan(job, on: device, as: "json").utf8))
      let yaml = try await plan(job, on: device, as: "yaml")
      let parsed = try YAMLDocument(parsing: Array(yaml.utf8), file: "plan.yaml").root.value
      #expect(ResultFiles.withFloats(parsed) == json)
      let actions = try #require(parsed.sequence)
      let rows = actions.map { action in
        let numbers = ["max_retries", "timeout"].map { "\(action[$0]?.int ?? -1)" }
        return ([action["level"]?.string ?? "", action["name"]?.string ?? ""] + numbers).joined(separator: "\t") + "\n"
      }
      let table = try await plan(job, on: device, as: "tsv")
      #expect(table == "level\tname\tmax_retries\ttimeout_s\n" + rows.joined())
      #expect(
        actions.first { $0["name"] == "connect-device" } == [
          "level": "2.1", "name": "connect-device", "summary": "open the console", "namespace": "common",
          "max_retries": 1, "timeout": 7, "timeout_source": "block timeouts",
          "timeout_place": .string("\(job):19:23"), "connection_timeout": 23,
        ]
      )
      // Spec jobs §4.1: the job's by name, the device's by name, the block's, the job's.
      func connection(_ name: String) -> Int? {
        actions.first { $0["name"] == .string(name) }?["connection_timeout"]?.int
      }
      #expect(connection("login-action") == 21)
      #expect(connection("lava-test-shell") == 11)
      #expect(connection("expect-shell-connection") == 23)
      #expect(connection("compress-overlay") == 25)
    }

    // MARK: - What runs

    /// A job that passes starts each action of its plan once, in that order, with no more time than planned; and reports
    /// nothing of an action that the plan does not have.
    @Test(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
    func itIsTheTreeThatRuns() async throws {
      let run = PumiceRun(example: "first")
      #expect(try await run.ending().status == 0)
      let json = try await plan(Checkout.example("first"), on: Checkout.device("namespace"), as: "json")
      let planned = try #require(try ResultFiles.json(Array(json.utf8)).sequence)
      let events = try run.text(of: "events.jsonl").split(separator: "\n").map { try ResultFiles.json(Array($0.utf8)) }
      let started = events.filter { $0["kind"] == "start" }
      let names = { (action: YAMLValue) in "\(action["level"]?.string ?? "?") \(action["name"]?.string ?? "?")" }
      #expect(started.map(names) == planned.map(names))
      for (start, action) in zip(started, planned) {
        guard case .float(let given)? = start["timeout"], case .float(let timeout)? = action["timeout"] else {
          Issue.record("\(names(action)) has no timeout")
          continue
        }
        #expect(given <= timeout, "\(names(action))")
      }
      let results = events.filter { $0["kind"] == "result" && $0["level"] != nil && $0["case"] != "kernel-messages" }
      #expect(!results.isEmpty)
      for result in results {
        let action = try #require(planned.first { $0["level"] == result["level"] })
        #expect(action["name"] == result["case"])
      }
    }
  }
}
