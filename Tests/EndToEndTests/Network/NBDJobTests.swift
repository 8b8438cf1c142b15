// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing

extension EndToEnd {
  /// Whole jobs whose boards have a network block device.
  @Suite(.enabled(if: isInstalled("nbdkit") && isInstalled("python3"), "needs nbdkit and python3"))
  struct NBDJobTests {
    private let folder = TemporaryFolder()

    /// One that nobody has.
    private static func port() throws -> Int {
      let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
      return try #require(Int(HostTools.run(["/usr/bin/env", "python3", "-c", script]).output.filter(\.isNumber)))
    }

    /// A machine whose disk it is boots from it.
    @Test(.enabled(if: isInstalled("qemu-system-x86_64"), "needs qemu-system-x86"))
    func aMachineBootsFromIt() async throws {
      let port = try Self.port()
      let job = TrialJob(
        text: """
          job_name: block
          timeouts: {job: {minutes: 4}, action: {minutes: 3}, connection: {minutes: 2}}
          visibility: public
          context: {arch: amd64}
          protocols: {lava-xnbd: {port: \(port)}}
          actions:
            - deploy: {to: nbd, nbdroot: {url: disk.img}}
            - boot: {method: monitor}
            - test: {monitors: [{name: Disk, start: Running, end: Done, pattern: '(?P<test_case_id>\\w+): (?P<result>\\w+)\\r'}]}

          """
      )
      try PrintingDisk.bytes(saying: "Running\nboot: pass\nDone\n").write(
        to: URL(filePath: job.folder.file("disk.img"))
      )
      let device = String(decoding: bytes(of: Checkout.device("qemu-x86")), as: UTF8.self)
        .replacing("actions:\n  boot:", with: "actions:\n  deploy: {methods: {nbd: }}\n  boot:")
        .replacing(
          "          options:\n",
          with: "          options:\n            - -drive format=raw,if=virtio,file=nbd://127.0.0.1:\(port)/\n"
        )
      let run = PumiceRun(job, device: folder.write(device, to: "device.yaml"))
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let names = ["validate", "file-download", "execute-qemu"]
      let rows = names.map { ResultRow.lava($0) } + [.test("disk", "boot", "pass", integrity: "unverified")]
      #expect(try ResultFiles(run).rows == rows + [.lava("power-off"), .lava("job")])
    }

    @Test(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
    func theBoardReadsItsRoot() async throws {
      let port = try Self.port()
      // The board sees nothing of the checkout.
      let client = Data(bytes(of: BlockDevice.client)).base64EncodedString()
      let ask = "$(python3 client.py 127.0.0.1 \(port) root"
      let plain = TrialJob(
        "block",
        steps: """
          - echo \(client) | base64 -d > client.py
          - lava-test-case bytes --shell test \(ask) read 512 4) = 61626364
          - lava-test-case unpacked --shell test \(ask) size) = 1024
          """
      )
      let text = String(decoding: bytes(of: plain.path), as: UTF8.self)
        .replacing("to: overlay", with: "to: nbd")
        .replacing("os: debian", with: "nbdroot: {url: root.img.gz, compression: gz}")
        .replacing("visibility", with: "protocols: {lava-xnbd: {port: \(port)}}\nvisibility")
      let job = TrialJob(text: text)
      let made = HostTools.run(
        ["sh", "-c", "{ head -c 512 /dev/zero; printf abcd; head -c 508 /dev/zero; } | gzip > root.img.gz"],
        in: job.folder.path
      )
      try #require(made.status == 0)
      let device = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
        .replacing("{DEVICE_DIR}", with: "\(Checkout.root)/Examples/devices")
      let run = PumiceRun(
        job,
        device: folder.write(device + "actions: {deploy: {methods: {nbd: }}}\n", to: "device.yaml")
      )
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let rows = try ResultFiles(run).rows.filter { $0.suite != "lava" }
      #expect(rows == ["bytes", "unpacked"].map { .test("0_block", $0, "pass") })
      #expect(run.fileNames.contains("nbd-server.log") && !run.fileNames.contains("tmp"))
    }
  }
}
