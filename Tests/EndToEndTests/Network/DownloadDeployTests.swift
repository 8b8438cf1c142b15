// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

extension EndToEnd {
  /// `to: download`: files that are fetched beside a board that has been switched off and on.
  @Suite struct DownloadDeployTests {
    @Test(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
    func theBoardIsResetFirst() async throws {
      let folder = TemporaryFolder()
      let program = folder.write("#!/bin/sh\necho switched >> '\(folder.file("power"))'\n", to: "reset")
      #expect(HostTools.run(["chmod", "+x", program]).status == 0)
      let device = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
        .replacing("{DEVICE_DIR}", with: "\(Checkout.root)/Examples/devices")
        .replacing("commands:\n", with: "commands:\n  hard_reset: \(program)\n")
      let job = TrialJob(
        text: """
          job_name: beside
          timeouts: {job: {minutes: 4}, action: {minutes: 3}, connection: {minutes: 1}}
          visibility: public
          actions:
            - deploy: {to: download, images: {firmware: {url: firmware.bin}}}
            - boot: {method: minimal, reset: false, prompts: ['root@[^:]+:[^#]*# ']}

          """
      )
      _ = job.folder.write("all of it\n", to: "firmware.bin")
      let run = PumiceRun(job, device: folder.write(device, to: "device.yaml"))
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let names = ["validate", "pdu-reboot", "file-download"] + ExpectedResults.login + ["power-off", "job"]
      #expect(try ResultFiles(run).rows == names.map { .lava($0) })
      #expect(String(decoding: bytes(of: folder.file("power")), as: UTF8.self) == "switched\n")
    }
  }
}
