// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

@testable import LavaRun

/// The link to the log on a host that is a worker (spec results-and-log §5).
@Suite struct JobFolderTests {
  private let root = TemporaryFolder()
  private let output = TemporaryFolder()

  @Test func theLogIsFoundWhereLavaHasIt() throws {
    let folder = try JobFolder(output.path)
    // What an earlier job of that number left.
    #expect(run(["mkdir", "-p", root.file("tmp/lab-17/left-over")]).status == 0)
    _ = output.write("- line\n", to: "logs.yaml")
    try folder.link(as: "lab-17", in: root.path)
    #expect(run(["cat", root.file("tmp/lab-17/logs.yaml")]).output == "- line\n")
    #expect(run(["ls", root.file("tmp/lab-17")]).output == "logs.yaml\n")
  }

  @Test func aHostThatIsNoWorkerStaysAsItIs() throws {
    try JobFolder(output.path).link(as: "17", in: root.file("dispatcher"))
    #expect(run(["ls", "-A", root.path]).output == "")
  }
}
