// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing

@testable import Downloads

/// Files from a server that works.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct FetchTests {
  @Test(arguments: ["file", "chunked/file", "anew/file", "to-3/file", "encoded/file"])
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
}
