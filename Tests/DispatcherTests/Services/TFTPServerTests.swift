// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Foundation
import HostTools
import Synchronization
import Testing

@testable import Dispatcher

/// The server that boards boot from, asked by clients that people have.
@Suite(
  .enabled(if: isInstalled("curl") && isInstalled("tftp") && isInstalled("busybox"), "needs curl, tftp-hpa, busybox")
)
struct TFTPServerTests {
  /// A server with files of these sizes, each under its size as name, and a folder for what clients get.
  private final class Bench: Sendable {
    let server: TFTPServer
    let folder: TemporaryFolder
    private let said: Said

    private final class Said: Sendable {
      let sentences = Mutex<[String]>([])
    }

    init(_ sizes: [Int]) async throws {
      let folder = TemporaryFolder()
      let said = Said()
      server = try await TFTPServer.start(address: "127.0.0.1", port: 0) { sentence in
        said.sentences.withLock { $0.append(sentence) }
      }
      for size in sizes {
        let path = "\(folder.path)/\(size).served"
        // The values repeat after a prime number of bytes: no two blocks are alike.
        let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: ($0 % 65_521) &* 31 >> 3) })
        try bytes.write(to: URL(fileURLWithPath: path))
        server.publish(path, as: "boot/\(size)")
      }
      self.folder = folder
      self.said = said
    }

    var sentences: [String] { said.sentences.withLock { $0 } }

    /// Runs a client that puts what it gets into `got`, and says whether that is the file.
    func gets(_ size: Int, by words: [String]) async throws -> Bool {
      let got = "\(folder.path)/got"
      try? FileManager.default.removeItem(atPath: got)
      let ending = try await ending(words)
      guard ending.status == 0 else {
        Issue.record("\(words): status \(ending.status) \(ending.errorText)")
        return false
      }
      return bytes(of: got) == bytes(of: "\(folder.path)/\(size).served")
    }

    func ending(_ words: [String]) async throws -> HostProcess.Ending {
      let process = HostProcess(["/usr/bin/env", "-C", folder.path] + words)
      return try #require(await process.ending(limit: 120))
    }
  }

  private static let sizes = [0, 511, 512, 513, 100_000]

  @Test func curlGetsFilesOfEverySizeAtEveryBlockSize() async throws {
    let bench = try await Bench(Self.sizes)
    for size in Self.sizes {
      let url = "tftp://127.0.0.1:\(bench.server.port)/boot/\(size)"
      for options in [[], ["--tftp-no-options"], ["--tftp-blksize", "1468"], ["--tftp-blksize", "65464"]] {
        // curl writes no file where there are no bytes.
        let words = ["sh", "-c", ": > got; curl -s -o got \"$@\"", "-", url] + options
        #expect(try await bench.gets(size, by: words), "\(size) \(options)")
      }
    }
    await bench.server.stop()
  }

  @Test func otherClientsGetThemToo() async throws {
    let bench = try await Bench(Self.sizes)
    let port = "\(bench.server.port)"
    for size in Self.sizes {
      let hpa = ["tftp", "-m", "binary", "127.0.0.1", port, "-c", "get", "boot/\(size)", "got"]
      #expect(try await bench.gets(size, by: hpa), "tftp-hpa \(size)")
      for block in ["512", "1468", "65464"] {
        let busybox = [
          "busybox", "tftp", "-g", "-b", block, "-l", "got", "-r", "/boot/\(size)", "127.0.0.1", port,
        ]
        #expect(try await bench.gets(size, by: busybox), "busybox \(size) \(block)")
      }
    }
    await bench.server.stop()
  }

  @Test func blockNumbersWrap() async throws {
    let size = 65_535 * 512 + 1
    let bench = try await Bench([size])
    let url = "tftp://127.0.0.1:\(bench.server.port)/boot/\(size)"
    #expect(try await bench.gets(size, by: ["curl", "-s", "--tftp-blksize", "512", "-o", "got", url]))
    await bench.server.stop()
    #expect(bench.sentences.contains { $0.hasPrefix("TFTP: sent boot/\(size) (\(size) bytes) to ") })
  }

  /// curl's status says which error came: 68 file not found, 69 access violation.
  @Test func nothingElseIsServedAndNothingWritten() async throws {
    let bench = try await Bench([10])
    let root = "tftp://127.0.0.1:\(bench.server.port)"
    for path in ["/etc/passwd", "/boot/../boot/10", "/boot/11", "/boot", "/boot/10/"] {
      let ending = try await bench.ending(["curl", "-s", "--path-as-is", "\(root)\(path)"])
      #expect(ending.status == 68, "\(path)")
      #expect(ending.output.isEmpty)
    }
    let upload = try await bench.ending(["curl", "-s", "-T", "10.served", "\(root)/boot/10"])
    #expect(upload.status == 69)
    await bench.server.stop()
    #expect(bench.sentences.contains { $0.contains("there is no '/boot/11'") || $0.contains("there is no 'boot/11'") })
  }

  @Test func aFileThatIsGoneOrAFolderIsRefused() async throws {
    let bench = try await Bench([])
    bench.server.publish("\(bench.folder.path)/nothing", as: "gone")
    bench.server.publish(bench.folder.path, as: "folder")
    for name in ["gone", "folder"] {
      let ending = try await bench.ending(["curl", "-s", "tftp://127.0.0.1:\(bench.server.port)/\(name)"])
      #expect(ending.status == 69, "\(name)")
    }
    await bench.server.stop()
  }

  // MARK: By a client with windows and losses

  private static let script = "\(SourceTree.root)/Benchmarks/tftp.py"

  private func ask(_ bench: Bench, _ words: String...) async throws -> HostProcess.Ending {
    try await bench.ending(["python3", Self.script] + words)
  }

  /// Scripts/bench tftp matrix has all of them; these are the corners.
  @Test(
    .enabled(if: isInstalled("python3"), "needs python3"),
    arguments: [(512, 64, 5), (512, 1, 1), (1468, 16, 5), (65_464, 16, 1), (65_464, 64, 0), (1468, 1, 5)]
  )
  func whatIsLostComesAgain(block: Int, window: Int, loss: Int) async throws {
    let sizes = [0, 511, 512, 513, 300_001]
    let bench = try await Bench(sizes)
    for size in sizes {
      bench.server.publish("\(bench.folder.path)/\(size).served", as: "\(size).served")
      let ending = try await ask(
        bench,
        "--get",
        "\(bench.server.port)",
        "\(bench.folder.path)/\(size).served",
        "\(block)",
        "\(window)",
        "\(loss)"
      )
      #expect(ending.status == 0, "\(size): \(ending.errorText)")
    }
    await bench.server.stop()
  }

  /// Nonsense gets an error each, and the next client its file.
  @Test(.enabled(if: isInstalled("python3"), "needs python3")) func aFloodOfNonsense() async throws {
    let bench = try await Bench([100_000])
    bench.server.publish("\(bench.folder.path)/100000.served", as: "100000.served")
    let ending = try await ask(bench, "--flood", "\(bench.server.port)", "\(bench.folder.path)/100000.served")
    #expect(ending.status == 0, "\(ending.outputText) \(ending.errorText)")
    await bench.server.stop()
  }

  /// What a symbolic link leads to is what was published; a name beside it is not there.
  @Test func linksLeadNowhereElse() async throws {
    let bench = try await Bench([10])
    let link = "\(bench.folder.path)/link"
    #expect(run(["ln", "-s", "/etc", link]).status == 0)
    bench.server.publish(link, as: "boot/link")
    for path in ["boot/link", "boot/link/passwd", "boot/link/../10"] {
      let url = "tftp://127.0.0.1:\(bench.server.port)/\(path)"
      let ending = try await bench.ending(["curl", "-s", "--path-as-is", url])
      #expect(ending.status == (path == "boot/link" ? 69 : 68), "\(path)")
    }
    await bench.server.stop()
  }
}
