// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Foundation
import HostTools
import Testing

@testable import Dispatcher

/// The server that boards fetch the overlay from, asked by curl.
@Suite(.enabled(if: isInstalled("curl"), "needs curl"))
struct OverlayServerTests {
  private static let file = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  private static let path = "/tmp/4242/overlay-1.3.tar.gz"

  private static func start() async throws -> OverlayServer {
    let server = try await OverlayServer.start(address: "127.0.0.1")
    server.publish(file, at: path)
    return server
  }

  private func curl(_ arguments: String...) async throws -> HostProcess.Ending {
    let process = HostProcess(["/usr/bin/env", "curl", "-s", "--noproxy", "*", "--max-time", "60"] + arguments)
    return try #require(await process.ending(limit: 120))
  }

  @Test func aFileComesWhole() async throws {
    let server = try await Self.start()
    let url = "http://127.0.0.1:\(server.port)\(Self.path)"
    let ending = try await curl(url)
    #expect(ending.status == 0)
    #expect(ending.output == Self.file)
    // What comes after '?' names the same file.
    #expect(try await curl("\(url)?again=1").output == Self.file)
    await server.stop()
  }

  @Test func headHasTheLengthAndNoBody() async throws {
    let server = try await Self.start()
    let ending = try await curl("-I", "http://127.0.0.1:\(server.port)\(Self.path)")
    #expect(ending.status == 0)
    let lines = ending.outputText.split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.first == "HTTP/1.1 200 OK")
    #expect(lines.contains { $0.lowercased() == "content-length: 300000" })
    #expect(lines.suffix(2) == ["", ""])
    await server.stop()
  }

  /// RFC 9110 §15.5.5, §15.5.6; nothing else of the host is there.
  @Test(arguments: [
    ("GET", "/", "404"), ("GET", "/etc/passwd", "404"), ("GET", path + "/", "404"),
    ("GET", "/tmp/4242/../4242/x", "404"),
    ("HEAD", "/nothing", "404"), ("POST", path, "405"), ("PUT", path, "405"), ("DELETE", path, "405"),
  ])
  func whatIsNotServed(method: String, path: String, status: String) async throws {
    let server = try await Self.start()
    let url = "http://127.0.0.1:\(server.port)\(path)"
    let request = method == "HEAD" ? ["-I"] : ["-X", method]
    let words = ["/usr/bin/env", "curl", "-s", "--noproxy", "*", "--max-time", "60", "--path-as-is"]
    let process = HostProcess(words + request + ["-o", "/dev/null", "-w", "%{http_code} %{size_download}", url])
    let ending = try #require(await process.ending(limit: 120))
    #expect(ending.outputText == "\(status) 0")
    await server.stop()
  }

  @Test func manyConnectionsAtOnce() async throws {
    let server = try await Self.start()
    let url = "http://127.0.0.1:\(server.port)\(Self.path)"
    let folder = TemporaryFolder()
    // curl opens a connection for each, all at once.
    let ending = try await curl(
      "-Z",
      "--parallel-max",
      "50",
      "--parallel-immediate",
      "-o",
      folder.file("#1"),
      "\(url)?[1-50]"
    )
    #expect(ending.status == 0, "\(ending.errorText)")
    for number in 1...50 { #expect(bytes(of: folder.file("\(number)")) == Self.file, "\(number)") }
    await server.stop()
  }

  /// One connection, two files: HTTP/1.1 keeps it open.
  @Test func aConnectionServesMoreThanOneRequest() async throws {
    let server = try await Self.start()
    let url = "http://127.0.0.1:\(server.port)\(Self.path)"
    let ending = try await curl("-o", "/dev/null", "-o", "/dev/null", "-w", "%{num_connects} ", url, url)
    #expect(ending.outputText == "1 0 ")
    await server.stop()
  }

  /// curl: 7 is a connection that was refused, 56 one that was reset. A program that another test is just starting holds
  /// copies of all our sockets until it is that program; a connection may get as far as that.
  @Test func nothingListensAfterwards() async throws {
    let server = try await Self.start()
    await server.stop()
    let ending = try await curl("http://127.0.0.1:\(server.port)\(Self.path)")
    #expect(ending.status == 7 || ending.status == 56)
    #expect(ending.output == [])
    await server.stop()
  }

  /// 192.0.2.1 is nobody's (RFC 5737).
  @Test func anAddressThatIsNotOurs() async throws {
    let failure = await #expect(throws: Failure.self) { try await OverlayServer.start(address: "192.0.2.1") }
    #expect(failure?.kind == .infrastructure)
    #expect(failure?.advice?.contains("dispatcher_ip") == true)
  }
}
