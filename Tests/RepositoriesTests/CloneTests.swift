// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Glibc
import HostTools
import Repositories
import Synchronization
import Testing

/// Repositories of git, with git itself on the other side.
@Suite struct CloneTests {
  private let folder = TemporaryFolder()
  private let commands = Commands()

  /// The commands that git was given.
  private final class Commands: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    /// How often git was asked to do something, by its first word.
    func count(_ name: String) -> Int { lines.withLock { $0.filter { $0.hasPrefix("git \(name) ") }.count } }
  }

  /// A store as each job has one of its own; the cache is the test's.
  private func store(_ job: String = "job") -> RepositoryStore {
    RepositoryStore(cache: folder.file("cache"), work: folder.file(job))
  }

  private func clone(
    _ url: String,
    _ store: RepositoryStore? = nil,
    _ change: (inout GitRequest) -> Void = { _ in }
  ) async throws -> RepositoryContents {
    var request = GitRequest(try GitAddress(url, from: folder.path))
    change(&request)
    let commands = commands
    return try await (store ?? self.store()).clone(request) { commands.add($0) }
  }

  private func text(_ path: String, in contents: RepositoryContents, part: Int = 0) throws -> String? {
    try contents.parts[part].tree.file(at: path).map { String(decoding: try $0.read(), as: UTF8.self) }
  }

  @Test func filesLinksAndModesOfTheLastCommit() async throws {
    let repository = GitFixture(in: folder)
    repository.commit(["old.txt": "gone"])
    repository.git("rm", "--quiet", "old.txt")
    _ = run(["ln", "-s", "../etc/passwd", "\(repository.path)/out"])
    _ = run(["ln", "-s", "deep/er/file.txt", "\(repository.path)/in"])
    repository.commit(["run": "#!/bin/sh\n", "deep/er/file.txt": "text\n"])
    _ = run(["chmod", "755", "\(repository.path)/run"])
    let commit = repository.commit([:], "mode")
    let contents = try await clone("file://\(repository.path)")
    #expect(contents.commit == commit)
    #expect(
      contents.tree.entries.map { "\($0.path) \(String($0.mode, radix: 8))" } == [
        "deep 755", "deep/er 755", "deep/er/file.txt 644", "in 777", "out 777", "run 755",
      ]
    )
    #expect(contents.tree["out"]?.content == .symbolicLink(to: "../etc/passwd"))
    #expect(try text("in", in: contents) == "text\n")
    // A link that leads out is shipped, and never followed here.
    #expect(contents.tree.file(at: "out") == nil)
  }

  /// What `git archive` does by itself is not what a clone has (gitattributes(5)).
  @Test func attributesForArchivesDoNotCount() async throws {
    let repository = GitFixture(in: folder)
    repository.commit([
      ".gitattributes": "kept export-ignore\nfolder export-ignore\nid export-subst\nlines text eol=crlf\n",
      "kept": "1", "folder/file": "2", "id": "$Format:%H$", "lines": "a\nb\n",
    ])
    let contents = try await clone(repository.path)
    #expect(try text("kept", in: contents) == "1")
    #expect(try text("folder/file", in: contents) == "2")
    #expect(try text("id", in: contents) == "$Format:%H$")
    // But what it asks for at a checkout does.
    #expect(try text("lines", in: contents) == "a\r\nb\r\n")
  }

  @Test func branchesTagsAndRevisions() async throws {
    let repository = GitFixture(in: folder)
    let first = repository.commit(["a": "1"])
    repository.git("tag", "v1")
    repository.git("tag", "-a", "-m", "annotated", "v1-annotated")
    let second = repository.commit(["a": "2"])
    repository.git("checkout", "--quiet", "-b", "topic/one")
    let topic = repository.commit(["a": "3"])
    repository.git("checkout", "--quiet", "main")
    let last = repository.commit(["a": "4"])
    let cases: [(branch: String?, revision: String?, commit: String)] = [
      (nil, nil, last), ("main", nil, last), ("topic/one", nil, topic), ("v1", nil, first),
      ("v1-annotated", nil, first),
      (nil, second, second), ("topic/one", second, second), (nil, "topic/one", topic), (nil, "v1-annotated", first),
      (nil, String(second.prefix(9)), second), (nil, "main~1", second), (nil, "origin/topic/one", topic),
      (nil, "HEAD", last),
      (nil, "v1^{commit}", first),
    ]
    for (number, item) in cases.enumerated() {
      // Each from an empty cache, and all from one.
      for store in [
        RepositoryStore(cache: folder.file("cache-\(number)"), work: folder.file("a\(number)")), store("b\(number)"),
      ] {
        let contents = try await clone(repository.path, store) {
          $0.branch = item.branch
          $0.revision = item.revision
        }
        #expect(contents.commit == item.commit, "\(item)")
        #expect(try text("a", in: contents) == repository.git("show", "\(item.commit):a"), "\(item)")
      }
    }
  }

  @Test func aKnownRevisionNeedsNoRepository() async throws {
    let repository = GitFixture(in: folder)
    let commit = repository.commit(["a": "1"])
    _ = try await clone(repository.path)
    repository.commit(["a": "2"])
    _ = run(["mv", repository.path, folder.file("elsewhere")])
    let contents = try await clone(repository.path, store("second")) { $0.revision = commit }
    #expect(try text("a", in: contents) == "1")
    let failure = await #expect(throws: Failure.self) { try await clone(repository.path, store("third")) }
    #expect(failure?.message == "Unable to fetch git repository '\(repository.path)'")
    #expect(failure?.kind == .infrastructure)
    #expect(failure?.code == "git-refused")
  }

  @Test func aMirrorFollowsItsBranchAndServesMany() async throws {
    let repository = GitFixture(in: folder)
    repository.commit(["a": "1"])
    let one = store("one")
    _ = try await clone(repository.path, one)
    _ = try await clone(repository.path, one)
    #expect(commands.count("fetch") == 1)
    #expect(commands.count("archive") == 1)
    // The next job looks whether the branch has moved.
    _ = try await clone(repository.path, store("two"))
    #expect(commands.count("ls-remote") == 2)
    #expect(commands.count("fetch") == 1)
    repository.commit(["a": "2"])
    #expect(try text("a", in: try await clone(repository.path, store("three"))) == "2")
    #expect(commands.count("fetch") == 2)
    // Rewritten history as well.
    repository.git("commit", "--quiet", "--amend", "-m", "another")
    let amended = repository.git("rev-parse", "HEAD")
    #expect(try await clone(repository.path, store("four")).commit == amended)
  }

  @Test func onlyTheLastCommitIsFetched() async throws {
    let repository = GitFixture(in: folder)
    for number in 1...5 { repository.commit(["a": "\(number)"]) }
    _ = try await clone(repository.path)
    let mirror = run(["find", folder.file("cache"), "-name", "shallow"]).output.split(separator: "\n")
    let count = run(["git", "--git-dir=\(mirror[0].dropLast("/shallow".count))", "rev-list", "--all", "--count"]).output
    #expect(count == "1\n")
  }

  @Test(arguments: [("mian", "Did you mean 'main'?"), ("nothing-like-it", "It has: main, v1.")])
  func whatIsNotThereIsNamedWithWhatIs(branch: String, advice: String) async throws {
    let repository = GitFixture(in: folder)
    repository.commit(["a": "1"])
    repository.git("tag", "v1")
    for isRevision in [false, true] {
      let failure = await #expect(throws: Failure.self) {
        try await clone(repository.path) { if isRevision { $0.revision = branch } else { $0.branch = branch } }
      }
      #expect(failure?.code == "git-revision")
      #expect(failure?.kind == .job)
      #expect(failure?.advice == advice)
    }
  }

  @Test func anEmptyRepositoryIsToldAsOne() async throws {
    let repository = GitFixture(in: folder)
    let failure = await #expect(throws: Failure.self) { try await clone(repository.path) }
    #expect(failure?.code == "git-revision")
  }

  @Test func submodulesComeOnlyWhenAsked() async throws {
    let inner = GitFixture(in: folder, "inner")
    let innerCommit = inner.commit(["leaf": "1"])
    let middle = GitFixture(in: folder, "middle")
    middle.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner", "sub/inner")
    middle.commit(["m": "2"])
    let outer = GitFixture(in: folder, "outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", middle.path, "middle")
    outer.commit(["o": "3"])
    // The submodule's repository goes on; the commit that is recorded counts.
    inner.commit(["leaf": "later"])
    let plain = try await clone(outer.path)
    #expect(plain.parts.map(\.path) == [""])
    #expect(plain.tree["middle"]?.content == .directory)
    let whole = try await clone(outer.path) { $0.isRecursive = true }
    #expect(whole.parts.map(\.path) == ["", "middle", "middle/sub/inner"])
    #expect(try text("leaf", in: whole, part: 2) == "1")
    #expect(whole.parts[2].origin == "git \(inner.path) \(innerCommit)")
  }

  @Test func historyIsAWorkingCloneOfWhatWasAsked() async throws {
    let repository = GitFixture(in: folder)
    repository.commit(["a": "1"])
    repository.git("tag", "v1")
    let commit = repository.commit(["a": "2"])
    for (isShallow, count, version) in [(true, "1", nil), (false, "2", "v1-1-g\(commit.prefix(7))")] {
      let contents = try await clone(repository.path, store("job-\(isShallow)")) {
        $0.keepsHistory = true
        $0.isShallow = isShallow
      }
      let target = folder.file("clone-\(isShallow)")
      _ = run(["mkdir", target])
      // Unpacked as a board would.
      let entries = contents.parts.flatMap { part in
        part.tree.entries.map { entry in
          var entry = entry
          if !part.path.isEmpty { entry.path = "\(part.path)/\(entry.path)" }
          return entry
        }
      }
      let archive = folder.file("clone.tar")
      try ArchiveWriter(.tar).write([ArchiveEntry(".git", mode: 0o755, .directory)] + entries, to: archive)
      #expect(run(["tar", "-C", target, "-xf", archive]).status == 0)
      func git(_ arguments: String...) -> String { run(["git", "-C", target] + arguments).output }
      #expect(git("rev-parse", "HEAD") == commit + "\n")
      #expect(git("status", "--porcelain") == "")
      #expect(git("rev-list", "--count", "HEAD") == count + "\n")
      #expect(git("fsck", "--no-progress") == "")
      if let version { #expect(git("describe", "--tags", "--abbrev=7") == version + "\n") }
    }
  }

  @Test func aMirrorThatAKilledGitHasLeftIsUsedAgain() async throws {
    let repository = GitFixture(in: folder)
    repository.commit(["a": "1"])
    _ = try await clone(repository.path)
    let shallow = run(["find", folder.file("cache"), "-name", "shallow"]).output.split(separator: "\n")[0]
    _ = run(["touch", "\(shallow).lock"])
    let commit = repository.commit(["a": "2"])
    #expect(try await clone(repository.path, store("second")).commit == commit)
  }

  @Test func twoJobsAtOnceShareAMirror() async throws {
    let repository = GitFixture(in: folder)
    let commit = repository.commit(["a": "1"])
    try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 0..<6 {
        group.addTask { try await clone(repository.path, store("job-\(number)")).commit }
      }
      for try await found in group { #expect(found == commit) }
    }
  }

  @Test func waitingForAnotherJobCanBeCanceled() async throws {
    let repository = GitFixture(in: folder)
    repository.commit(["a": "1"])
    _ = try await clone(repository.path)
    repository.commit(["a": "2"])
    let lock = run(["find", folder.file("cache"), "-name", "*~lock"]).output.split(separator: "\n").map(String.init)
    let other = HostProcess(["/usr/bin/flock", "--no-fork", lock[0], "sh", "-c", "echo held >&2; exec sleep 600"])
    #expect(await other.waitForErrors("held", limit: 600))
    let waiting = Task { try await clone(repository.path, store("second")) }
    waiting.cancel()
    let failure = await #expect(throws: Failure.self) { try await waiting.value }
    #expect(failure?.kind == .canceled)
    other.signal(SIGKILL)
    #expect(await other.ending(limit: 600) != nil)
  }

  @Test func noHookAndNoProgramOfTheRepositoryRuns() async throws {
    let repository = GitFixture(in: folder)
    repository.commit([".gitattributes": "* filter=evil\n", "a": "1"])
    let mark = folder.file("mark")
    repository.git("config", "filter.evil.smudge", "touch \(mark)")
    _ = run(["mkdir", "\(repository.path)/.git/hooks"])
    for hook in ["post-checkout", "reference-transaction", "post-update"] {
      _ = folder.write("#!/bin/sh\ntouch \(mark)\n", to: "repository/.git/hooks/\(hook)")
      _ = run(["chmod", "755", "\(repository.path)/.git/hooks/\(hook)"])
    }
    #expect(try text("a", in: try await clone(repository.path)) == "1")
    #expect(run(["test", "-e", mark]).status == 1)
  }
}
