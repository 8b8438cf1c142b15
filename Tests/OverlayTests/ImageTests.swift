// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Overlay
import Testing

@Suite struct InitrdTests {
  var sample = Sample()

  @Test(.enabled(if: isInstalled("cpio"), "GNU cpio is not installed"))
  mutating func theOverlayBehindAnInitrd() throws {
    sample.request.resultsDirectory = "/tmp/lava-results-4242"
    let initrd = sample.folder.write("12345", to: "initrd")
    let start = try sample.tree().append(toInitrd: initrd)
    #expect(start == 8)
    let cpio = sample.folder.file("overlay.cpio")
    _ = run(["sh", "-c", "tail -c +\(start + 1) \(initrd) > \(cpio)"])
    let listing = run(["cpio", "-itv", "--quiet", "-F", cpio]).output.split(separator: "\n").map { line in
      let fields = line.split(separator: " ")
      return "\(fields[0]) \(fields[8])"
    }
    // The kernel makes no folder by itself, and sets the mode of one that is there.
    #expect(
      listing.prefix(3) == ["drwxrwxrwt tmp", "drwxr-xr-x tmp/lava-results-4242", "drwxr-xr-x tmp/lava-results-4242/0"]
    )
    #expect(listing.contains("-rwxr-xr-x tmp/lava-results-4242/bin/lava-test-case"))
    _ = run(["mkdir", sample.folder.file("root")])
    #expect(
      run(["cpio", "-id", "--quiet", "--no-preserve-owner", "-F", cpio], in: sample.folder.file("root")).status == 0
    )
    let bin = sample.folder.file("root/tmp/lava-results-4242/bin")
    #expect(run(["\(bin)/lava-send", "x"]).status == 127)
    #expect(run(["\(bin)/lava-test-set", "x"]).output.hasPrefix("amd64 lava-test-set x\n"))
  }
}

@Suite(.enabled(if: isInstalled("/usr/sbin/mke2fs"), "e2fsprogs is not installed"))
struct FileSystemImageTests {
  let sample = Sample()
  static let uuid = "0a1b2c3d-0000-4000-8000-000000004242"

  private func image(_ name: String, size: Int = 8 << 20) async throws -> String {
    let path = sample.folder.file(name)
    try await sample.tree().writeFileSystemImage(to: path, size: size, uuid: Self.uuid) { argv throws(Failure) in
      // The owner of the staged files must not matter: as root, let it be somebody else.
      if let staged = argv.firstIndex(of: "-d") { _ = run(["chown", "-R", "1234:1234", argv[staged + 1]]) }
      let result = run(argv)
      if result.status != 0 { throw Failure(.infrastructure, "program-failed", argv[2], cause: result.output) }
    }
    return path
  }

  private func debugfs(_ request: String, _ image: String) -> String {
    run(["sh", "-c", "/usr/sbin/debugfs -R '\(request)' \(image) 2>/dev/null"]).output
  }

  @Test func contentOwnersAndModes() async throws {
    let path = try await image("overlay.ext2")
    #expect(bytes(of: path).count == 8 << 20)
    #expect(debugfs("cat /0/tests/0_first/uuid", path) == "4242_1.2.1")
    // `ls -p`: /inode/mode/uid/gid/name/size/
    let root = debugfs("ls -p /", path).split(separator: "\n").map { $0.split(separator: "/") }
    let rows = root.map { "\($0[1]) \($0[2]) \($0[3]) \($0[4])" }.sorted()
    #expect(
      rows == [
        "040700 0 0 lost+found", "040755 0 0 .", "040755 0 0 ..", "040755 0 0 0", "040755 0 0 1", "040755 0 0 bin",
        "040755 0 0 results", "040755 0 0 tests", "100644 0 0 environment",
      ]
    )
    let bin = debugfs("ls -p /bin", path).split(separator: "\n").map { $0.split(separator: "/") }
    let helpers = bin.filter { $0[4].hasPrefix("lava-test-") }
    #expect(helpers.count == 10)
    #expect(Set(helpers.map { $0[0] }).count == 1, "hard links are one inode")
    #expect(helpers.allSatisfy { $0[1] == "100755" && $0[2] == "0" && $0[3] == "0" })
  }

  @Test func everyOwnerIsRootAndTheFileSystemIsClean() async throws {
    let path = try await image("overlay.ext2")
    let entries = try sample.tree().entries(under: "")
    for entry in entries {
      let inode = debugfs("stat /\(entry.path)", path)
      #expect(inode.contains("User:     0   Group:     0"), "\(entry.path)")
    }
    let check = run(["/usr/sbin/e2fsck", "-fn", path])
    #expect(check.status == 0, "\(check.output)")
    let facts = run(["/usr/sbin/dumpe2fs", "-h", path]).output
    #expect(facts.contains("Filesystem volume name:   LAVA\n"))
    #expect(facts.contains("Filesystem UUID:          \(Self.uuid)\n"))
    #expect(!facts.contains("has_journal"))
  }

  @Test func buildingTwiceGivesTheSameBytes() async throws {
    let first = try await image("one")
    let second = try await image("two")
    #expect(bytes(of: first) == bytes(of: second))
  }

  /// As a repository is: many small files, links, the same files twice.
  @Test func manySmallFilesFitIntoTheSizeThatIsSaid() async throws {
    var sample = sample
    var repository = ArchiveTree()
    for number in 0..<3000 {
      try repository.add(ArchiveEntry("d\(number / 100)/f\(number)", mode: 0o755, .file(.bytes([0x61]))))
    }
    try repository.add(ArchiveEntry("link", mode: 0o777, .symbolicLink(to: "/etc/passwd")))
    sample.request.stages = [
      (0..<2).map { index in
        OverlayDefinition(name: "\(index)_x", files: [], contents: [OverlayContent(repository, origin: "r")])
      }
    ]
    let tree = try sample.tree()
    let size = try tree.leastImageSize()
    let path = sample.folder.file("many.ext2")
    try await tree.writeFileSystemImage(to: path, size: size, uuid: Self.uuid) { argv throws(Failure) in
      let result = run(argv)
      if result.status != 0 { throw Failure(.infrastructure, "program-failed", argv[2], cause: result.output) }
    }
    let check = run(["/usr/sbin/e2fsck", "-fn", path])
    #expect(check.status == 0, "\(check.output)")
    #expect(debugfs("stat /0/tests/1_x/link", path).contains("Fast link dest: \"/etc/passwd\""))
    let file = debugfs("stat /0/tests/1_x/d29/f2999", path)
    #expect(file.contains("Mode:  0755") && file.contains("Links: 2") && file.contains("User:     0   Group:     0"))
  }

  @Test func anImageThatIsTooSmallFails() async {
    await #expect(throws: Failure.self) { _ = try await image("small", size: 64 << 10) }
  }
}
