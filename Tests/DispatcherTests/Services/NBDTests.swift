// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Glibc
import HostTools
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// What a deploy `to: nbd` offers, as a client of the tests' own gets it from the real server.
@Suite(
  .enabled(if: isInstalled("nbdkit") && isInstalled("python3"), "needs nbdkit and python3"),
  .timeLimit(.minutes(10))
)
struct NBDTests {
  private let folder = TemporaryFolder()
  /// 1 MiB and a piece; no two blocks are alike.
  private static let content = (0..<(1 << 20) + 4096).map { UInt8(truncatingIfNeeded: ($0 % 65_521) &* 31 >> 3) }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Makes the image, deploys it, and looks at what is there while the job is under way.
  ///
  /// - Parameters:
  ///   - port: of the job's `lava-xnbd`.
  ///   - look: gets the session of a board that says nothing.
  /// - Returns: what the job fails of.
  private func deploy(
    port: String,
    _ keeper: LineKeeper = LineKeeper(),
    _ look: @escaping @Sendable (JobContext, BoardSession, BlockDevice) async throws(Failure) -> Void
  ) async throws -> String? {
    let image = folder.file("root.img")
    try Self.content.withUnsafeBytes { bytes in
      let file = try #require(fopen(image, "w"))
      #expect(fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count)
      fclose(file)
    }
    let text = """
      job_name: a
      timeouts: {job: {minutes: 5}}
      protocols: {lava-xnbd: {port: \(port)}}
      actions:
      - deploy: {to: nbd, nbdroot: {url: root.img}}

      """
    let context = JobContext(
      job: try Sample.job(text),
      device: try Sample.device(
        "hostname: b\ndispatcher_ip: 127.0.0.1\nactions: {deploy: {methods: {nbd: }}, boot: {methods: {minimal: }}}\n"
      ),
      settings: RunSettings(jobID: "7", outputFolder: folder.path)
    )
    let strategy = try #require(try context.strategies().first?.strategy)
    let serve = try #require(strategy.actions.first?.children.last { $0.name == "xnbd-server-deploy" })
    let failure = await SmallBoard.run(keeper, SystemClock(), board: "read x") { session, run throws(Failure) in
      context.withState(of: "common") { state in
        state.session = session
        state.images = [PlacedImage(label: "nbdroot", path: image, argument: nil)]
      }
      try await serve.run?(run)
      let root = context.withState(of: "common", \.bootFiles.nbdRoot)
      try await look(context, session, BlockDevice(port: root?.port ?? 0))
    }
    await context.stopServers()
    return failure
  }

  @Test func theBoardHasTheFileAndMayWriteToIt() async throws {
    let keeper = LineKeeper()
    let boot = try Sample.job("job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: minimal}\n")
    guard case .boot(let plain) = boot.actions[0].body else { throw NotThat() }
    let image = folder.file("root.img")
    let failure = try await deploy(port: "auto", keeper) { context, _, device throws(Failure) in
      #expect((55000...55999).contains(device.port))
      let values = try context.bootValues(of: "common", plain)
      #expect(values.fill(["nbd={NBDSERVERIP}:{NBDSERVERPORT}"]) == ["nbd=127.0.0.1:\(device.port)"])
      for name in ["", "root"] {
        var device = device
        device.name = name
        #expect(device.size == Self.content.count)
        for begin in [0, 700_000, Self.content.count - 512] {
          #expect(device.read(begin, 512) == Self.hexadecimal(Self.content[begin..<begin + 512]))
        }
      }
      // Where the job's host is, and nowhere else.
      #expect(BlockDevice(address: "127.0.0.2", port: device.port).size == nil)
      #expect(device.write("00ff00ff", at: 4096))
      #expect(Array(bytes(of: image)[4096..<4100]) == [0, 255, 0, 255])
      await context.stopServers()
      #expect(device.size == nil)
    }
    #expect(failure == nil)
  }

  private struct NotThat: Error {}

  /// The job's port is another program's.
  @Test func aPortThatIsTaken() async throws {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, "127.0.0.1", &place.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        #expect(bind(number, $0, length) == 0 && listen(number, 1) == 0 && getsockname(number, $0, &length) == 0)
      }
    }
    let port = Int(UInt16(bigEndian: place.sin_port))
    let failure = try await deploy(port: "\(port)") { _, _, _ throws(Failure) in
      Issue.record("two programs have one port")
    }
    #expect(failure == "the NBD server does not start at 127.0.0.1, port \(port)")
    #expect(
      String(decoding: bytes(of: folder.file("nbd-server.log")), as: UTF8.self).contains("Address already in use")
    )
  }

  /// Who waits for the board learns why it is gone, at once.
  @Test func aServerThatEndsByItself() async throws {
    let folder = folder
    let failure = try await deploy(port: "auto") { context, session, device throws(Failure) in
      let file = folder.file("tmp/common/nbd/nbdkit-\(device.port).pid")
      let pid = Int32(String(decoding: bytes(of: file), as: UTF8.self).filter(\.isNumber)) ?? 0
      #expect(pid > 0 && kill(pid, SIGKILL) == 0)
      try await session.wait(for: ["never said"])
    }
    #expect(failure == "the NBD server that has the board's root file system has ended by itself")
  }
}
