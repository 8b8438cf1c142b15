// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Overlay
import Testing

/// Definitions that come out of one repository.
@Suite struct SharedFileTests {
  private var sample = Sample()

  private static func tree(_ files: [(path: String, text: String)]) throws -> ArchiveTree {
    var tree = ArchiveTree()
    for (path, text) in files { try tree.add(ArchiveEntry(path, mode: 0o755, .file(.bytes(Array(text.utf8))))) }
    return tree
  }

  private static func repository() throws -> ArchiveTree {
    var tree = try tree([
      ("lib/common", "common\n"), ("one/test.sh", "one\n"), ("two/test.sh", "two\n"), ("run.sh", "own\n"),
    ])
    try tree.add(ArchiveEntry("latest", mode: 0o777, .symbolicLink(to: "one/test.sh")))
    try tree.add(ArchiveEntry("empty", mode: 0o700, .directory))
    return tree
  }

  private static func definition(
    _ name: String,
    _ tree: ArchiveTree,
    origin: String = "r@1",
    ownFolder: String = "one"
  ) -> OverlayDefinition {
    OverlayDefinition(
      name: name,
      files: [OverlayFile("run.sh", .bytes(Array("run \(name)\n".utf8)))],
      contents: [OverlayContent(tree, origin: origin)],
      ownFolder: ownFolder
    )
  }

  /// Name and inode of each file of the unpacked overlay that ends in `path`.
  private func inodes(_ path: String, in target: String) -> Set<String> {
    let found = run(["find", target, "-path", "*/\(path)", "-printf", "%i\n"]).output
    return Set(found.split(separator: "\n").map(String.init))
  }

  @Test mutating func oneFileForAllDefinitions() throws {
    let tree = try Self.repository()
    sample.request.stages = [
      [Self.definition("0_a", tree), Self.definition("1_b", tree, ownFolder: "two")], [Self.definition("2_c", tree)],
    ]
    let target = try sample.unpacked()
    #expect(inodes("lib/common", in: target).count == 1)
    #expect(run(["find", target, "-path", "*/lib/common"]).output.split(separator: "\n").count == 3)
    // What each definition writes beside itself is its own.
    #expect(inodes("one/test.sh", in: target).count == 3)
    #expect(inodes("run.sh", in: target).count == 3)
    let tests = "\(target)/lava-4242"
    for (definition, text) in [("0/tests/0_a", "run 0_a\n"), ("1/tests/2_c", "run 2_c\n")] {
      #expect(run(["cat", "\(tests)/\(definition)/run.sh"]).output == text)
      #expect(run(["readlink", "\(tests)/\(definition)/latest"]).output == "one/test.sh\n")
      #expect(run(["stat", "-c", "%a %F", "\(tests)/\(definition)/empty"]).output == "700 directory\n")
    }
    _ = run(["sh", "-c", "echo changed >> \(tests)/0/tests/0_a/one/test.sh"])
    #expect(run(["cat", "\(tests)/1/tests/2_c/one/test.sh"]).output == "one\n")
  }

  @Test mutating func otherRevisionsAndBoardsWithoutLinksShareNothing() throws {
    let tree = try Self.repository()
    sample.request.stages = [[Self.definition("0_a", tree), Self.definition("1_b", tree, origin: "r@2")]]
    #expect(inodes("lib/common", in: try sample.unpacked()).count == 2)
    var other = Sample()
    other.request.usesHardLinks = false
    other.request.stages = [[Self.definition("0_a", tree), Self.definition("1_b", tree)]]
    #expect(inodes("lib/common", in: try other.unpacked()).count == 2)
  }

  /// 1 MiB is a definition's own, the smallest files first.
  @Test mutating func largeFilesAreSharedAllTheSame() throws {
    let large = String(repeating: "x", count: (1 << 20) - 100)
    let tree = try Self.tree([
      ("one/large", large), ("one/small", "123"), ("one/middle", String(repeating: "y", count: 200)),
    ])
    sample.request.stages = [[Self.definition("0_a", tree), Self.definition("1_b", tree)]]
    let target = try sample.unpacked()
    #expect(inodes("one/small", in: target).count == 2)
    #expect(inodes("one/middle", in: target).count == 2)
    #expect(inodes("one/large", in: target).count == 1)
  }

  /// At the top only what stands there itself: the rest is everybody's.
  @Test mutating func aDefinitionAtTheTopOwnsNoFolder() throws {
    let tree = try Self.tree([("test.sh", "1"), ("lib/common", "2")])
    sample.request.stages = [["0_a", "1_b"].map { Self.definition($0, tree, ownFolder: "") }]
    let target = try sample.unpacked()
    #expect(inodes("test.sh", in: target).count == 2)
    #expect(inodes("lib/common", in: target).count == 1)
  }

  @Test mutating func repositoriesInsideOthersHaveTheirPlace() throws {
    let inner = try Self.tree([("x", "inner")])
    var definition = Self.definition("0_a", try Self.repository())
    definition.contents.append(OverlayContent(inner, at: "empty/deep", origin: "i"))
    sample.request.stages = [[definition]]
    let target = try sample.unpacked()
    #expect(run(["cat", "\(target)/lava-4242/0/tests/0_a/empty/deep/x"]).output == "inner")
    // But none in the place of a file or a link.
    for path in ["lib/common", "latest", "latest/x"] {
      definition.contents[1].path = path
      sample.request.stages = [[definition]]
      #expect(throws: Failure.self) { try sample.tree() }
    }
  }
}
