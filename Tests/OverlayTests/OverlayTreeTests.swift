// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Overlay
import Testing

@Suite struct OverlayTreeTests {
  var sample = Sample()

  /// Names and modes of spec test-shell §1.2 and §1.3, with the helpers of §3 and the sample's scripts.
  static let golden = """
    drwxr-xr-x lava-4242/
    drwxr-xr-x lava-4242/0/
    -rw-r--r-- lava-4242/0/lava-test-runner.conf
    drwxr-xr-x lava-4242/0/tests/
    drwxr-xr-x lava-4242/0/tests/0_first/
    drwxr-xr-x lava-4242/0/tests/0_first/inline/
    -rw-r--r-- lava-4242/0/tests/0_first/inline/a.yaml
    -rw-r--r-- lava-4242/0/tests/0_first/run.sh
    -rw-r--r-- lava-4242/0/tests/0_first/uuid
    drwxr-xr-x lava-4242/1/
    -rw-r--r-- lava-4242/1/lava-test-runner.conf
    drwxr-xr-x lava-4242/1/tests/
    drwxr-xr-x lava-4242/1/tests/1_second/
    -rw-r--r-- lava-4242/1/tests/1_second/uuid
    drwxr-xr-x lava-4242/1/tests/2_third/
    -rw-r--r-- lava-4242/1/tests/2_third/uuid
    drwxr-xr-x lava-4242/bin/
    -rw-r--r-- lava-4242/bin/.lava-helpers
    -rwxr-xr-x lava-4242/bin/lava-background-process-start
    hrwxr-xr-x lava-4242/bin/lava-background-process-stop
    -rwxr-xr-x lava-4242/bin/lava-common-functions
    hrwxr-xr-x lava-4242/bin/lava-echo-ipv4
    -rwxr-xr-x lava-4242/bin/lava-install-packages
    hrwxr-xr-x lava-4242/bin/lava-journal
    hrwxr-xr-x lava-4242/bin/lava-os-build
    hrwxr-xr-x lava-4242/bin/lava-probe-channel
    hrwxr-xr-x lava-4242/bin/lava-probe-ip
    hrwxr-xr-x lava-4242/bin/lava-target-ip
    hrwxr-xr-x lava-4242/bin/lava-target-mac
    hrwxr-xr-x lava-4242/bin/lava-target-storage
    hrwxr-xr-x lava-4242/bin/lava-test-case
    hrwxr-xr-x lava-4242/bin/lava-test-event
    hrwxr-xr-x lava-4242/bin/lava-test-feedback
    hrwxr-xr-x lava-4242/bin/lava-test-file
    hrwxr-xr-x lava-4242/bin/lava-test-raise
    hrwxr-xr-x lava-4242/bin/lava-test-reference
    hrwxr-xr-x lava-4242/bin/lava-test-runner
    hrwxr-xr-x lava-4242/bin/lava-test-set
    hrwxr-xr-x lava-4242/bin/lava-test-shell
    hrwxr-xr-x lava-4242/bin/lava-test-tap
    -rw-r--r-- lava-4242/environment
    drwxr-xr-x lava-4242/results/
    drwxr-xr-x lava-4242/tests/

    """

  @Test func listingOfTheTarball() throws {
    let path = sample.folder.file("overlay.tar.gz")
    try sample.tree().writeTarball(to: path)
    let listing = run(["tar", "-tvzf", path])
    #expect(listing.status == 0)
    let lines = listing.output.split(separator: "\n").map { line in
      let fields = line.split(separator: " ")
      #expect(fields[1] == "root/root")
      #expect(fields[3] == "1970-01-01")
      return "\(fields[0]) \(fields[5])\n"
    }
    #expect(lines.joined() == Self.golden)
    // The same through libarchive: `tar` prints a folder's name with a slash.
    let members = try ArchiveReader.members(of: path)
    let names = Self.golden.split(separator: "\n").map { $0.dropFirst(11).split(separator: "/").joined(separator: "/") }
    #expect(members.map(\.path) == names)
  }

  /// Files of the board's own folders come with their modes; folders that are there keep theirs.
  @Test mutating func filesOfTheBoard() throws {
    sample.request.boardFiles = [
      OverlayFile("root/.ssh/authorized_keys", .bytes(Array("a key\n".utf8)), mode: 0o600),
      OverlayFile("etc/ssh/host.pub", .bytes(Array("another\n".utf8))),
    ]
    sample.request.files = [OverlayFile("lab.pub", .bytes(Array("a key\n".utf8)))]
    let target = sample.folder.file("target")
    _ = run(["mkdir", "-p", "-m", "700", "\(target)/root"])
    #expect(try sample.unpacked() == target)
    let modes = run(["stat", "-c", "%n %a", "root", "root/.ssh/authorized_keys", "etc/ssh/host.pub"], in: target).output
    #expect(modes == "root 700\nroot/.ssh/authorized_keys 600\netc/ssh/host.pub 644\n")
    #expect(bytes(of: "\(target)/root/.ssh/authorized_keys") == Array("a key\n".utf8))
    #expect(bytes(of: "\(target)/lava-4242/lab.pub") == Array("a key\n".utf8))
  }

  @Test func buildingTwiceGivesTheSameBytes() throws {
    try sample.tree().writeTarball(to: sample.folder.file("one"))
    _ = run(["touch", "-d", "2001-01-01", sample.store.helpers + "/amd64/lava-helper"])
    try sample.tree().writeTarball(to: sample.folder.file("two"))
    #expect(!bytes(of: sample.folder.file("one")).isEmpty)
    #expect(bytes(of: sample.folder.file("one")) == bytes(of: sample.folder.file("two")))
  }

  @Test func runnerConfigurationHasALineForEachDefinition() throws {
    #expect(
      try sample.text("lava-4242/1/lava-test-runner.conf")
        == "/lava-4242/1/tests/1_second\n/lava-4242/1/tests/2_third\n"
    )
  }

  @Test mutating func secretsAreWrittenAsTheyAre() throws {
    #expect(try sample.text("lava-4242/secrets") == nil)
    sample.request.secrets = [("TOKEN", "a 'b' $c"), ("OTHER", "")]
    // Spec test-shell §4.2: no quoting at all.
    #expect(try sample.text("lava-4242/secrets") == "TOKEN=a 'b' $c\nOTHER=\n")
    let member = try ArchiveReader.members(of: sample.folder.file("overlay.tar.gz")).first {
      $0.path.hasSuffix("secrets")
    }
    #expect(member?.mode == 0o644)
  }

  @Test mutating func scriptsOfTheDistributionReplaceOthers() throws {
    sample.request.shell = "/bin/bash"
    #expect(try sample.text("lava-4242/bin/lava-install-packages") == "#!/bin/bash\n\ngeneric\n")
    sample.request.distro = "debian"
    #expect(try sample.text("lava-4242/bin/lava-install-packages") == "#!/bin/bash\n\ndebian\n")
    // A script also replaces the binary's own answer.
    #expect(try sample.text("lava-4242/bin/lava-os-build") == "#!/bin/bash\n\ncat /etc/debian_version\n")
    sample.request.distro = "slackware"
    #expect(try sample.text("lava-4242/bin/lava-install-packages") == "#!/bin/bash\n\ngeneric\n")
  }

  @Test mutating func multinodeHelpersComeOnlyWhenAsked() throws {
    #expect(try sample.text("lava-4242/bin/lava-multi-node.lib") == nil)
    sample.request.isMultinode = true
    #expect(try sample.text("lava-4242/bin/lava-multi-node.lib") == "#!/bin/sh\n\nlibrary\n")
    let names = try ArchiveReader.members(of: sample.folder.file("overlay.tar.gz")).map(\.path)
    for helper in ["lava-send", "lava-sync", "lava-wait-vms", "lava-network"] {
      #expect(names.contains("lava-4242/bin/\(helper)"))
    }
  }

  @Test func hardLinksAreOneFileOnTheTarget() throws {
    let bin = try sample.unpacked() + "/lava-4242/bin"
    let inodes = run(["sh", "-c", "stat -c %i \(bin)/lava-test-* | sort -u | wc -l"]).output
    #expect(inodes == "1\n")
    #expect(run(["\(bin)/lava-test-case", "a", "b c"]).output.hasPrefix("amd64 lava-test-case a b c\n"))
  }

  @Test mutating func copiesWhereThereAreNoHardLinks() throws {
    sample.request.usesHardLinks = false
    try sample.tree().writeTarball(to: sample.folder.file("overlay.tar.gz"))
    let members = try ArchiveReader.members(of: sample.folder.file("overlay.tar.gz"))
    let helpers = members.filter { $0.path.contains("bin/lava-test-") }
    #expect(helpers.count == 10)
    #expect(helpers.allSatisfy { $0.kind == .file && $0.size > 0 })
  }

  @Test func aNestedResultsDirectoryHasNoMembersAboveIt() throws {
    let tree = try OverlayTree(resultsDirectory: "/var/lib/lava-1/")
    #expect(tree.resultsDirectory == "/var/lib/lava-1")
    try tree.writeTarball(to: sample.folder.file("overlay.tar.gz"))
    #expect(try ArchiveReader.members(of: sample.folder.file("overlay.tar.gz")).map(\.path) == ["var/lib/lava-1"])
  }

  @Test(arguments: ["", "/", "lava-1", "/a/../b", "/./a"]) func badResultsDirectories(path: String) {
    #expect(throws: Failure.self) { try OverlayTree(resultsDirectory: path) }
  }

  @Test(arguments: ["../../etc/passwd", "a/./b", "a//b", "", "inline"])
  mutating func filesThatCannotStandInTheOverlay(path: String) {
    // `inline` is a folder of the definition already.
    sample.request.stages[0][0].files.append(OverlayFile(path, .bytes([])))
    #expect(throws: Failure.self) { try sample.tree() }
  }

  @Test mutating func aMissingBinaryIsNamed() {
    sample.request.helpers = .one(.riscv64)
    let failure = #expect(throws: Failure.self) { try sample.tree() }
    #expect(failure?.kind == .configuration)
    #expect(failure?.advice == "Run Scripts/build-helpers riscv64.")
  }
}
