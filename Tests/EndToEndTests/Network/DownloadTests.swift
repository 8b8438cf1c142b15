// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Images that come from a server.
  @Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
  struct DownloadTests {
    private let server: FileServer
    private let cache = TemporaryFolder()

    init() async { server = await FileServer() }

    private var environment: [String: String] {
      ["XDG_CACHE_HOME": cache.path, "http_proxy": "", "all_proxy": "", "ALL_PROXY": ""]
    }

    private func sum(_ name: String) -> String {
      String(run(["sha256sum", server.folder.file("files/\(name)")]).output.prefix(64))
    }

    /// The example's kernel and its initrd, one of them packed, both with their sums.
    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func imagesOverHTTP() async throws {
      let board = "\(Checkout.root)/boards/qemu-x86"
      let files = server.folder.file("files")
      #expect(run(["cp", "\(board)/vmlinuz", "\(board)/initrd.cpio", files]).status == 0)
      #expect(run(["gzip", "-1", "initrd.cpio"], in: files).status == 0)
      let example = String(decoding: bytes(of: Checkout.example("qemu-x86")), as: UTF8.self)
      let text =
        example
        .replacing(
          "url: ../boards/qemu-x86/vmlinuz",
          with: "url: \(server.url("cut-1/vmlinuz"))\n          sha256sum: '\(sum("vmlinuz"))'"
        )
        .replacing(
          "url: ../boards/qemu-x86/initrd.cpio",
          with: "url: \(server.url("to-1/initrd.cpio.gz"))\n          compression: gz\n"
            + "          sha256sum: '\(sum("initrd.cpio.gz"))'"
        )
      let run = PumiceRun(TrialJob(text: text), device: Checkout.device("qemu-x86"), environment: environment)
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let expected = ExpectedResults.qemu(ExpectedResults.smoke).map {
        $0.testCase == "file-download" ? ResultRow.lava("http-download") : $0
      }
      #expect(try ResultFiles(run).rows == expected)
      let log = run.text(of: "logs.yaml")
      #expect(log.contains("progress 100% ("))
      #expect(log.contains("the connection was closed in the middle of the file; trying again in "))
      #expect(HostTools.run(["ls", cache.file("pumice/downloads/objects")]).output.split(separator: "\n").count == 2)
    }

    private func job(_ path: String, sum: String? = nil) -> TrialJob {
      let checksum = sum.map { ", sha256sum: '\($0)'" } ?? ""
      let deploy = ActionText("deploy", "to: downloads", "images: {file: {url: '\(server.url(path))'\(checksum)}}")
      return TrialJob(JobText("files", actions: [deploy]))
    }

    private var device: String {
      server.folder.write(
        "hostname: board\ndevice_type: board\nactions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}\n",
        to: "device.yaml"
      )
    }

    /// One fetches, the other waits for it; who comes later needs no server.
    @Test func twoAtOnce() async throws {
      server.serve([UInt8](repeating: 7, count: 1_000_000), as: "file")
      let job = job("hold/file", sum: sum("file"))
      let runs = [0, 1].map { _ in PumiceRun(job, device: device, environment: environment) }
      _ = server.folder.write("", to: "go")
      for run in runs {
        let ending = try await run.ending()
        #expect(ending.status == 0, "\(ending.errorText)")
      }
      #expect(server.requests.count { $0.hasPrefix("GET ") } == 1)
      await server.stop()
      let late = PumiceRun(job, device: device, environment: environment)
      #expect(try await late.ending().status == 0)
    }

    @Test func cancellationEndsADownload() async throws {
      server.serve([UInt8](repeating: 7, count: 1_000_000), as: "file")
      let run = PumiceRun(job("stall-9/file"), device: device, environment: environment, "--console")
      try await run.waitFor("downloads (up to")
      run.process.signal(SIGTERM)
      let ending = try await run.ending()
      #expect(ending.status == 5)
      #expect(ending.outputText.contains("canceled"))
    }

    @Test func whatIsNotThereIsSaidBeforeAnythingBegins() async throws {
      let run = PumiceRun(job("missing"), device: device, environment: environment)
      let ending = try await run.ending()
      #expect(ending.status == 2)
      #expect(ending.errorText.contains("Resource unavailable at '\(server.url("missing"))' (404)"))
      #expect(try ResultFiles(run, hasConsole: false).rows == [.lava("validate", "fail"), .lava("job", "fail")])
    }
  }
}
