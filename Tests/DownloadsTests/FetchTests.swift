// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing

@testable import Downloads

/// Files from a server that works.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct FetchTests {
  @Test(arguments: ["file", "chunked/file", "anew/file", "weak/file", "to-3/file", "to-10/file", "encoded/file"])
  func wholeFile(path: String) async throws {
    let bench = await Workbench()
    let content = noise(300_000)
    bench.server.serve(content, as: "file")
    let downloaded = try await bench.fetch(path)
    #expect(bench.result == content)
    #expect(downloaded.source == .server)
    #expect(downloaded.size == content.count)
    #expect(downloaded.unpackedSize == content.count)
    #expect(downloaded.sha256 == (try hostSum(.sha256, bench.destination)).hex)
  }

  @Test func emptyFile() async throws {
    let bench = await Workbench()
    bench.server.serve([], as: "file")
    #expect(try await bench.fetch("file").size == 0)
    #expect(bench.result == [])
    // The sum of nothing (FIPS 180-4, as `sha256sum < /dev/null` prints it).
    #expect(
      bench.cached("objects") == ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
    )
  }

  @Test func whatWasThereIsReplaced() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(10), as: "file")
    try await bench.fetch("file")
    bench.server.serve(noise(5, seed: 2), as: "other")
    try await bench.fetch("other")
    #expect(bench.result == noise(5, seed: 2))
    #expect(run(["ls", "-A", bench.folder.file("result")]).output == "file\n")
  }

  @Test func fileOfThisHost() async throws {
    let bench = await Workbench()
    let source = bench.folder.write("content\n", to: "source")
    for url in [source, "file://\(source)"] {
      var request = DownloadRequest(url)
      request.checksums = try Checksum.Algorithm.allCases.map { try hostSum($0, source) }
      let downloaded = try await bench.downloader().fetch(request, to: bench.destination)
      #expect(downloaded.source == .file)
      #expect(downloaded.size == 8)
      #expect(downloaded.sha256 == (try hostSum(.sha256, source)).hex)
      #expect(String(decoding: bench.result, as: UTF8.self) == "content\n")
    }
    // It is not copied to the cache.
    #expect(run(["ls", "-A", bench.folder.path]).output == "result\nsource\n")
  }

  @Test func progressIsTold() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(300_000), as: "file")
    let known = ProgressKeeper()
    try await bench.fetch("file", progress: known)
    #expect(known.all.first.map { if case .receiving(_, 300_000) = $0 { true } else { false } } == true)
    #expect(known.all.last == .receiving(300_000, total: 300_000))
    let unknown = ProgressKeeper()
    try await bench.fetch("chunked/anew/file", progress: unknown)
    #expect(unknown.all.first.map { if case .receiving(_, nil) = $0 { true } else { false } } == true)
    #expect(unknown.all.last == .receiving(300_000, total: 300_000))
  }

  @Test func whetherItIsThere() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let downloader = bench.downloader()
    #expect(try await downloader.check(DownloadRequest(bench.server.url("file"))) == 1000)
    // Neither HEAD is answered, so both are asked for again by GET: one has it, the other has not.
    #expect(try await downloader.check(DownloadRequest(bench.server.url("status-403-1/file"))) == 1000)
    let failure = await #expect(throws: Failure.self) {
      try await downloader.check(DownloadRequest(bench.server.url("missing")))
    }
    #expect(failure?.message == "Resource unavailable at '\(bench.server.url("missing"))' (404)")
    #expect(failure?.kind == .job)
    #expect(
      bench.server.requests == [
        "HEAD /file", "HEAD /status-403-1/file", "GET /status-403-1/file", "HEAD /missing", "GET /missing",
      ]
    )
    #expect(bench.cached("objects") == [])
  }
}

/// Who is told the secrets of a request.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct SecretTests {
  /// A server that redirects to another one, which has the file.
  private func away(from bench: Workbench) async -> FileServer {
    let other = await FileServer()
    other.serve(noise(10), as: "file")
    _ = bench.server.folder.write(other.url(""), to: "other")
    return other
  }

  @Test func headersGoToTheirServerOnly() async throws {
    let bench = await Workbench()
    let other = await away(from: bench)
    for path in ["to-1/away/file", "away/file"] {
      try await bench.fetch(path) { $0.headers = [("X-Token", "s3cret"), ("Authorization", "Bearer s3cret")] }
    }
    #expect(bench.server.requests.count == 3)
    #expect(bench.server.requests.allSatisfy { $0.hasSuffix(" | Authorization: Bearer s3cret | X-Token: s3cret") })
    #expect(other.requests == ["GET /file", "GET /file"])
  }

  @Test func userOfTheURL() async throws {
    let bench = await Workbench()
    let other = await away(from: bench)
    bench.server.serve(noise(10), as: "file")
    // `printf 'me:p@ss' | base64`
    let expected = " | Authorization: Basic bWU6cEBzcw=="
    for path in ["to-1/file", "away/file"] {
      let url = "http://me:p%40ss@127.0.0.1:\(bench.server.port)/\(path)"
      _ = try await bench.downloader().fetch(DownloadRequest(url), to: bench.destination)
    }
    #expect(bench.server.requests.count == 3)
    #expect(bench.server.requests.allSatisfy { $0.hasSuffix(expected) })
    #expect(other.requests == ["GET /file"])
  }

  @Test func whatTokensOpenIsKeptApart() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(10), as: "file")
    try await bench.fetch("file") { $0.headers = [("X-Token", "one")] }
    // Without the token the cache of the other one does not count.
    #expect(try await bench.fetch("file").source == .server)
    #expect(try await bench.fetch("file") { $0.headers = [("x-token", "one")] }.source == .unchanged)
  }

  @Test func noSecretIsLeftBehind() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(10), as: "file")
    let url = "http://me:s3cret@127.0.0.1:\(bench.server.port)/file?token=s3cret&x=y"
    var request = DownloadRequest(url)
    request.headers = [("X-Token", "s3cret")]
    _ = try await bench.downloader().fetch(request, to: bench.destination)
    #expect(run(["grep", "-r", "s3cret", bench.folder.path]).status == 1)
    #expect(run(["find", bench.folder.file("cache"), "-type", "d", "!", "-perm", "0700"]).output == "")
  }

  @Test func headersThatCannotBe() async throws {
    let bench = await Workbench()
    let headers = [
      ("Range", "bytes=0-"), ("content-length", "1"), ("X Y", "z"), ("X", "a\r\nB: c"), ("", "x"), ("Ünicode", "x"),
    ]
    for header in headers {
      #expect(try await bench.failure("file") { $0.headers = [header] }.code == "bad-header", "\(header)")
    }
    #expect(bench.server.requests == [])
  }
}
