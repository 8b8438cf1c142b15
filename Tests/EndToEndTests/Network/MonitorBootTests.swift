// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Boots of `method: monitor`: QEMU with an image that prints and that nobody logs in to.
  @Suite(.enabled(if: isInstalled("qemu-system-x86_64"), "needs qemu-system-x86"))
  struct MonitorBootTests {
    private func run(saying text: String, _ timeouts: String) throws -> PumiceRun {
      let job = TrialJob(
        text: """
          job_name: monitor
          timeouts: {job: {minutes: 4}, action: {minutes: 3}, \(timeouts)}
          visibility: public
          context: {arch: amd64}
          actions:
            - deploy:
                to: tmpfs
                type: monitor
                images:
                  firmware: {url: firmware.img, image_arg: '-drive format=raw,if=virtio,file={firmware}'}
            - boot: {method: monitor}
            - test:
                monitors:
                  - name: Bare metal
                    start: Running
                    end: All done
                    pattern: '(?P<test_case_id>\\w+) \\.\\.\\. (?P<result>\\w+)\\r\\n'
                    fixupdict: {ok: pass, KO: fail}

          """
      )
      try PrintingDisk.bytes(saying: text).write(to: URL(filePath: job.folder.file("firmware.img")))
      return PumiceRun(job, device: Checkout.device("qemu-x86"))
    }

    private static let boot = ["validate", "file-download", "execute-qemu"].map { ResultRow.lava($0) }

    @Test func whatTheImagePrintsIsItsResults() async throws {
      let run = try run(
        saying: "Running\nmemory ... ok\nclock ... KO\nradio ... skip\nAll done\n",
        "connection: {minutes: 2}"
      )
      let ending = try await run.ending()
      #expect(ending.status == 1, "\(ending.errorText)")
      let tests = [("memory", "pass"), ("clock", "fail"), ("radio", "skip")].map {
        ResultRow.test("bare-metal", $0, $1, integrity: "unverified")
      }
      #expect(try ResultFiles(run).rows == Self.boot + tests + [.lava("power-off"), .lava("job")])
      // There is no shell that could be asked to power the machine off.
      #expect(!run.text(of: "logs.yaml").contains("poweroff"))
    }

    /// An image that never begins: the wait ends, and QEMU with it (``PumiceRun/ending(limit:)`` looks).
    @Test func anImageThatSaysNothing() async throws {
      let run = try run(saying: "", "connection: {seconds: 3}")
      let ending = try await run.ending()
      #expect(ending.status == 4, "\(ending.errorText)")
      #expect(try ResultFiles(run).job["error_msg"] == "wait for prompt timed out")
    }
  }
}
