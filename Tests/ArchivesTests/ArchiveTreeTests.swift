// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Testing

/// Archives that are read into trees, made by Python's `tarfile`, which writes whatever it is told.
@Suite struct ArchiveTreeTests {
  private let folder = TemporaryFolder()

  /// Makes an archive of members: `NAME`, `NAME=CONTENT`, `NAME -> TARGET`, `NAME => HARD LINK`, `NAME !` (a device),
  /// `NAME/`.
  private func archive(_ members: [String], _ mode: String = "w") -> String {
    let script = """
      import io, sys, tarfile
      with tarfile.open(sys.argv[1], sys.argv[2]) as tar:
        for text in sys.argv[3:]:
          for mark, kind in ((" -> ", tarfile.SYMTYPE), (" => ", tarfile.LNKTYPE), (" !", tarfile.CHRTYPE)):
            if mark in text:
              name, target = text.split(mark)
              member = tarfile.TarInfo(name)
              member.type, member.linkname = kind, target
              tar.addfile(member)
              break
          else:
            name, _, content = text.partition("=")
            member = tarfile.TarInfo(name)
            member.mode = 0o640
            if name.endswith("/"):
              member.type, member.mode = tarfile.DIRTYPE, 0o750
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content.encode()))
      """
    let path = folder.file("archive.tar")
    let made = run(["python3", "-c", script, path, mode] + members)
    #expect(made.status == 0, "\(made.output)")
    return path
  }

  private func tree(_ members: [String], _ rules: UnpackingRules = UnpackingRules()) throws(Failure) -> ArchiveTree {
    try ArchiveTree(unpacking: archive(members), to: folder.file("data"), rules: rules)
  }

  private func text(_ path: String, in tree: ArchiveTree) throws -> String? {
    try tree.file(at: path).map { String(decoding: try $0.read(), as: UTF8.self) }
  }

  @Test(arguments: ["w", "w:gz", "w:bz2", "w:xz"])
  func filesFoldersAndLinks(mode: String) throws {
    let path = archive(["./", "./b=second", "a/", "a/x=first", "l -> a/x", "h => a/x", "deep/er/y=3", "b=third"], mode)
    let tree = try ArchiveTree(unpacking: path, to: folder.file("data"), rules: UnpackingRules())
    #expect(
      tree.entries.map { "\($0.path) \(String($0.mode, radix: 8))" }
        == ["a 750", "a/x 640", "b 640", "deep 755", "deep/er 755", "deep/er/y 640", "h 640", "l 777"]
    )
    #expect(
      try ["a/x", "b", "h", "l", "deep/er/y"].map { try text($0, in: tree) } == [
        "first", "third", "first", "first", "3",
      ]
    )
    // What is written again is what was read.
    let copy = folder.file("copy.tar")
    try ArchiveWriter(.tar).write(tree.entries, to: copy)
    #expect(run(["tar", "-xOf", copy, "a/x", "b", "deep/er/y"]).output == "firstthird3")
  }

  /// Every one of these was tried on somebody.
  @Test(
    arguments: [
      (["/etc/passwd=x"], "is an absolute path"),
      (["../x=x"], "has '..' in its path"),
      (["a/../../x=x"], "has '..' in its path"),
      (["a/..=x"], "has '..' in its path"),
      (["l -> /etc", "l/passwd=x"], "is a link that leads out, to '/etc'"),
      (["l -> ..", "l/x=x"], "is a link that leads out, to '..'"),
      (["a/l -> b/../../../x"], "is a link that leads out, to 'b/../../../x'"),
      (["a/", "l -> a", "l/x=x"], "goes through the link 'l'"),
      (["f=1", "f/x=x"], "goes through the file 'f'"),
      (["a/", "a=x"], "is a folder and something else"),
      (["a/x=1", "a -> ."], "is a folder and something else"),
      (["h => /etc/passwd"], "is an absolute path"),
      (["h => ../../etc/passwd"], "has '..' in its path"),
      (["h => nothing"], "is a hard link to 'nothing', which is no file before it"),
      (["l -> x", "h => l"], "is a hard link to 'l', which is no file before it"),
      (["null !"], "is a device, a fifo or a socket"),
      ([String(repeating: "x", count: 256)], "is no path of a file below the root"),
      ([String(repeating: "x/", count: 2100) + "y=1"], "is no path of a file below the root"),
    ] as [([String], String)]
  )
  func hostileArchivesAreRefused(members: [String], reason: String) {
    let failure = #expect(throws: Failure.self) { try tree(members) }
    #expect(failure?.code == "archive-hostile")
    #expect(failure?.kind == .job)
    #expect(failure?.message.hasSuffix(" in the archive \(reason)") == true, "\(failure?.message ?? "")")
    // Nothing of it was made on this host.
    #expect(run(["ls", folder.path]).output == "archive.tar\ndata\n")
  }

  @Test func limits() throws {
    var rules = UnpackingRules()
    rules.entryLimit = 3
    #expect(try tree(["a=", "b=", "c="], rules).entries.count == 3)
    #expect(throws: Failure.self) { try tree(["a=", "b=", "c=", "d="], rules) }
    rules = UnpackingRules()
    rules.byteLimit = 10
    #expect(try tree(["a=12345", "b=67890"], rules).byteCount == 10)
    // Hard links become files, so they count.
    for members in [["a=12345", "b=678901"], ["a=123456", "b => a"], ["a=12345678901"]] {
      let failure = #expect(throws: Failure.self) { try tree(members, rules) }
      #expect(failure?.code == "archive-too-large")
    }
  }

  @Test func partsOfNamesAreStrippedAsTarDoes() throws {
    var rules = UnpackingRules()
    rules.strippedComponents = 1
    rules.omittedNames = [".git"]
    let members = [
      "top/", "top/a=1", "top/b/c=2", "top/h => top/a", "alone=3", "top/.git/x=4", "top/b/.git=5", "top/.gitignore=6",
    ]
    let tree = try tree(members, rules)
    #expect(tree.entries.map(\.path) == [".gitignore", "a", "b", "b/c", "h"])
    let own = run(["tar", "--strip-components=1", "--exclude=.git", "-C", folder.path, "-xvf", archive(members)])
    #expect(own.status == 0)
    #expect(run(["cat", folder.file("b/c"), folder.file("h")]).output == "21")
    #expect(run(["test", "-e", folder.file("alone")]).status == 1)
  }

  @Test func namesThatAreNoTextAreLeftOut() throws {
    _ = run(["mkdir", folder.file("in")])
    let made = run(
      ["sh", "-c", "printf x > \"$(printf 'a\\377b')\"; echo ok > fine; tar -cf ../odd.tar ."],
      in: folder.file("in")
    )
    #expect(made.status == 0)
    let tree = try ArchiveTree(unpacking: folder.file("odd.tar"), to: folder.file("data"), rules: UnpackingRules())
    #expect(tree.entries.map(\.path) == ["fine"])
    #expect(tree.unnamable.count == 1)
  }

  @Test func whatIsCutShortOrNoArchiveFails() throws {
    let whole = archive(["a=" + String(repeating: "x", count: 5000)])
    #expect(
      run(["sh", "-c", "head -c 3000 archive.tar > cut.tar; echo '<html></html>' > page.tar"], in: folder.path).status
        == 0
    )
    #expect(!bytes(of: whole).isEmpty)
    for name in ["cut.tar", "page.tar", "missing.tar"] {
      #expect(throws: Failure.self) {
        try ArchiveTree(unpacking: folder.file(name), to: folder.file("data"), rules: UnpackingRules())
      }
    }
  }

  @Test func linksAreFollowedInsideOnly() throws {
    var rules = UnpackingRules()
    rules.allowsOuterLinks = true
    let tree = try tree(
      [
        "a/x=1", "up -> a/../a/x", "dir -> a", "out -> /etc/passwd", "above -> ../x", "loop -> loop",
        "a/back -> ../dir/x",
      ],
      rules
    )
    for path in ["a/x", "./a/x", "up", "dir/x", "a/back", "dir/back", "a/../dir/x"] {
      #expect(try text(path, in: tree) == "1", "\(path)")
    }
    for path in ["", "a", "a/x/", "out", "above", "loop", "a/x/y", "../a/x", "nothing", "dir/nothing"]
    where path != "a/x/" {
      #expect(tree.file(at: path) == nil, "\(path)")
    }
  }

  @Test(
    arguments: [
      ("automated/linux/smoke/smok.yaml", ["automated/linux/smoke/smoke.yaml"]),
      ("automatd/linux/smoke/smoke.yaml", ["automated/linux/smoke/smoke.yaml"]),
      ("linux/smoke/smoke.yaml", ["automated/linux/smoke/smoke.yaml"]),
      ("smoke.yaml", ["automated/linux/smoke/smoke.yaml", "other.yaml"]),
      ("automated/linux/smoke/entirely-different.yaml", ["automated/linux/smoke/smoke.yaml"]),
      ("automated/linux/smoke", []),
      ("", []),
    ] as [(String, [String])]
  )
  func nearestFiles(path: String, expected: [String]) throws {
    let tree = try tree(["automated/linux/smoke/smoke.yaml=", "automated/linux/smoke/smoke.sh=", "other.yaml="])
    #expect(tree.nearestFiles(to: path) == expected)
  }
}
