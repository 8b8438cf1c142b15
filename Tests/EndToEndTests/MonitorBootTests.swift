// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Boots of `method: monitor`: QEMU with an image that prints and that nobody logs in to.
  @Suite(.enabled(if: isInstalled("qemu-system-x86_64"), "needs qemu-system-x86"))
  struct MonitorBootTests {
    /// Boot sector of a PC (16-bit code at 0x7C00): sends the text behind it to the first serial port, byte by byte
    /// when the port's transmitter is empty (bit 5 of 0x3FD), and halts.
    private static let code: [UInt8] = [
      0x31, 0xC0,  // xor ax, ax
      0x8E, 0xD8,  // mov ds, ax
      0xBE, 0x1D, 0x7C,  // mov si, text
      0xBA, 0xFD, 0x03,  // next: mov dx, 0x3FD
      0xEC, 0xA8, 0x20, 0x74, 0xFB,  // wait: in al, dx; test al, 0x20; jz wait
      0xAC, 0x84, 0xC0, 0x74, 0x06,  // lodsb; test al, al; jz halt
      0xBA, 0xF8, 0x03, 0xEE,  // mov dx, 0x3F8; out dx, al
      0xEB, 0xED,  // jmp next
      0xF4, 0xEB, 0xFD,  // halt: hlt; jmp halt
    ]

    /// A disk of 1 MiB with nothing but that sector.
    private static func disk(saying text: String) -> Data {
      let bytes = code + Array(text.utf8)
      let sector = bytes + [UInt8](repeating: 0, count: 510 - bytes.count) + [0x55, 0xAA]
      return Data(sector) + Data(count: (1 << 20) - sector.count)
    }

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
      try Self.disk(saying: text).write(to: URL(filePath: job.folder.file("firmware.img")))
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
        ResultRow(suite: "bare-metal", testCase: $0, result: $1)
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
