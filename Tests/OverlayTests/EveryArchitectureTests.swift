// SPDX-License-Identifier: Apache-2.0

import HostTools
import Overlay
import Testing

@Suite struct EveryArchitectureTests {
  var sample = Sample(architectures: ["amd64", "arm64", "armel"])

  init() { sample.request.helpers = .all }

  /// The helper that runs is the one for what `uname -m` says, and it finds its configuration beside it.
  @Test(arguments: [
    ("x86_64", "amd64"), ("aarch64", "arm64"), ("armv7l", "armel"), ("armv5tejl", "armel"),
  ]) func theBoardChooses(machine: String, architecture: String) throws {
    let bin = try sample.unpacked() + "/lava-4242/bin"
    let tools = sample.folder.file("tools")
    _ = run(["mkdir", tools])
    _ = run(["chmod", "755", sample.folder.write("#!/bin/sh\necho \(machine)\n", to: "tools/uname")])
    let result = run(["env", "PATH=\(tools):\(bin):/usr/bin:/bin", "lava-test-case", "a", "b c"])
    #expect(
      result.output
        == "\(architecture) lava-test-case a b c\nresults_dir\t/lava-4242\nshell\t/bin/sh\njob_id\t4242\n"
    )
    #expect(result.status == 0)
  }

  @Test func aMachineWithoutHelpersIsNamed() throws {
    let bin = try sample.unpacked() + "/lava-4242/bin"
    _ = run(["mkdir", sample.folder.file("tools")])
    _ = run(["chmod", "755", sample.folder.write("#!/bin/sh\necho s390x\n", to: "tools/uname")])
    let result = run(["env", "PATH=\(sample.folder.file("tools")):/usr/bin:/bin", "\(bin)/lava-test-case"])
    #expect(result.output == "lava-test-case: there is no helper for s390x\n")
    #expect(result.status == 127)
  }

  /// The runner puts its own folder into PATH, so that has to hold the scripts as well.
  @Test(arguments: [true, false]) mutating func eachFolderIsComplete(usesHardLinks: Bool) throws {
    sample.request.usesHardLinks = usesHardLinks
    let bin = try sample.unpacked() + "/lava-4242/bin"
    let all = run(["ls", bin]).output
    for architecture in ["amd64", "arm64", "armel"] {
      let own = run(["ls", "\(bin)/.helpers/\(architecture)"]).output
      #expect(own.split(separator: "\n").filter { $0 != "lava-helper" } == all.split(separator: "\n"))
      let script = "lava-install-packages"
      #expect(bytes(of: "\(bin)/.helpers/\(architecture)/\(script)") == bytes(of: "\(bin)/\(script)"))
    }
    let links = run(["stat", "-c", "%h", "\(bin)/.helpers/arm64/lava-install-packages"]).output
    #expect(links == (usesHardLinks ? "4\n" : "1\n"))
  }
}
