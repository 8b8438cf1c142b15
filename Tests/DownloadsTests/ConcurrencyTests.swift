// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Glibc
import HostTools
import Synchronization
import Testing

@testable import Downloads

/// Several downloads at once, and downloads that are stopped.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct ConcurrencyTests {
  /// Ends as soon as a download says what is awaited.
  private final class Moment: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let isMeant: @Sendable (DownloadProgress) -> Bool

    init(_ isMeant: @escaping @Sendable (DownloadProgress) -> Bool) {
      (stream, continuation) = AsyncStream.makeStream()
      self.isMeant = isMeant
    }

    func keep(_ progress: DownloadProgress) { if isMeant(progress) { continuation.finish() } }

    func wait() async { for await _ in stream {} }
  }

  private func fetch(
    _ bench: Workbench,
    _ path: String,
    to name: String,
    checksums: [Checksum] = [],
    _ moment: Moment = Moment { _ in false }
  ) -> Task<Result<Downloaded, Failure>, Never> {
    var request = DownloadRequest(bench.server.url(path))
    request.checksums = checksums
    let wanted = request
    let place = bench.folder.file("result/\(name)")
    return Task {
      do throws(Failure) {
        return .success(try await bench.downloader().fetch(wanted, to: place) { moment.keep($0) })
      } catch {
        return .failure(error)
      }
    }
  }

  @Test(arguments: [false, true])
  func theSecondWaitsForTheFirst(hasSum: Bool) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let sums = hasSum ? [try hostSum(.sha256, bench.server.folder.file("files/file"))] : []
    let lock = try await CacheLock("\(bench.preparedCache().locks)/\(bench.key("hold/file"))") {}
    // Both have to wait, for the lock that this test holds.
    let moments = [Moment { $0 == .waiting }, Moment { $0 == .waiting }]
    let tasks = zip(["a", "b"], moments).map { fetch(bench, "hold/file", to: $0, checksums: sums, $1) }
    for moment in moments { await moment.wait() }
    #expect(bench.server.requests == [])
    _ = bench.server.folder.write("", to: "go")
    _ = consume lock
    var sources: [Downloaded.Source] = []
    for task in tasks { sources.append(try await task.value.get().source) }
    #expect(sources.contains(.server))
    #expect(sources.contains(hasSum ? .cache : .unchanged))
    #expect(bench.server.requests.count == (hasSum ? 1 : 2))
    for name in ["a", "b"] { #expect(bytes(of: bench.folder.file("result/\(name)")) == noise(1000)) }
  }

  @Test func manyAtOnce() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(200_000), as: "file")
    bench.server.serve(noise(200_000, seed: 2), as: "other")
    let tasks = (0..<12).map { fetch(bench, $0 % 2 == 0 ? "cut-1/file" : "other", to: "\($0)") }
    for (index, task) in tasks.enumerated() {
      _ = try await task.value.get()
      #expect(bytes(of: bench.folder.file("result/\(index)")) == noise(200_000, seed: index % 2 == 0 ? 1 : 2))
    }
    #expect(bench.cached("objects").count == 2)
    #expect(bench.cached("partial") == [])
  }

  @Test func cancellationEndsAWaitForALock() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let path = "\(try bench.preparedCache().locks)/\(bench.key("file"))"
    let lock = try await CacheLock(path) {}
    let moment = Moment { $0 == .waiting }
    let task = fetch(bench, "file", to: "file", moment)
    await moment.wait()
    task.cancel()
    #expect(await task.value.failure?.kind == .canceled)
    _ = consume lock
    // Who was canceled holds nothing, and the next one gets it.
    _ = try await fetch(bench, "file", to: "file").value.get()
  }

  @Test(.timeLimit(.minutes(20)), arguments: [false, true])
  func cancellationEndsAConnectionThatIsNotMade(isProxied: Bool) async throws {
    let deaf = DeafServer()
    let folder = TemporaryFolder()
    let downloader = Downloader(
      cache: DownloadCache(folder: folder.file("cache")),
      proxies: isProxied ? Proxies { $0 == "http_proxy" ? "127.0.0.1:\(deaf.port)" : nil } : .none,
      connectTimeout: .seconds(3600)
    )
    let before = deaf.waiting
    let task = Task {
      await #expect(throws: Failure.downloadCanceled) {
        try await downloader.fetch(DownloadRequest("http://127.0.0.1:\(deaf.port)/file"), to: folder.file("file"))
      }
    }
    while deaf.waiting == before { await Task.yield() }
    task.cancel()
    _ = await task.value
  }

  @Test(arguments: ["stall-1/file", "chunked/stall-1/file"])
  func cancellationEndsATransferAndTheNextOneContinues(path: String) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(8_000_000), as: "file")
    let moment = Moment { if case .receiving = $0 { true } else { false } }
    let task = fetch(bench, path, to: "file", moment)
    await moment.wait()
    task.cancel()
    #expect(await task.value.failure?.kind == .canceled)
    #expect(run(["ls", bench.folder.file("result")]).status != 0)
    #expect(try await bench.fetch(path).source == .server)
    #expect(bench.result == noise(8_000_000))
    #expect(try #require(bench.server.requests.last).contains("Range: bytes="))
  }
}

/// A socket that listens, and takes no connection: its queue is full.
private final class DeafServer: Sendable {
  let port: Int
  private let sockets: [Int32]

  init() {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    func withAddress(_ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
      }
    }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    precondition(withAddress { bind(server, $0, $1) } == 0 && listen(server, 0) == 0, "no socket for a test")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    precondition(withAddress { pointer, _ in getsockname(server, pointer, &length) } == 0, "no port for a test")
    port = Int(UInt16(bigEndian: address.sin_port))
    let clients = (0..<4).map { _ in
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      _ = withAddress { connect(client, $0, $1) }
      return client
    }
    sockets = [server] + clients
  }

  deinit { sockets.forEach { close($0) } }

  /// How many connections are being made (proc_net_tcp: the third and the fourth field, SYN_SENT is 02).
  var waiting: Int {
    let hex = String(port, radix: 16, uppercase: true)
    let place = "0100007F:" + String(repeating: "0", count: 4 - hex.count) + hex
    return String(decoding: bytes(of: "/proc/net/tcp"), as: UTF8.self).split(separator: "\n").count {
      let fields = $0.split(separator: " ")
      return fields.count > 3 && fields[2] == place && fields[3] == "02"
    }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    guard case .failure(let failure) = self else { return nil }
    return failure
  }
}
