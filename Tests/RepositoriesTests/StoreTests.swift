// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Repositories
import Testing

/// Folders, archives and Bazaar.
@Suite struct StoreTests {
  private let folder = TemporaryFolder()

  private var store: RepositoryStore { RepositoryStore(cache: folder.file("cache"), work: folder.file("work")) }

  private func text(_ path: String, in contents: RepositoryContents) throws -> String? {
    try contents.tree.file(at: path).map { String(decoding: try $0.read(), as: UTF8.self) }
  }

  @Test func aFolderAsItIs() throws {
    let made = run(
      [
        "sh", "-c",
        "mkdir -p in/a/.git in/b; echo 1 > in/a/x; chmod 755 in/a/x; ln -s /etc/passwd in/b/out; echo y > in/.git",
      ],
      in: folder.path
    )
    #expect(made.status == 0)
    let contents = try store.folder(folder.file("in"))
    #expect(
      contents.tree.entries.map { "\($0.path) \(String($0.mode, radix: 8))" } == [
        "a 755", "a/x 755", "b 755", "b/out 777",
      ]
    )
    #expect(contents.tree["b/out"]?.content == .symbolicLink(to: "/etc/passwd"))
    #expect(try text("a/x", in: contents) == "1\n")
    #expect(contents.tree.file(at: "b/out") == nil)
  }

  @Test func whatAFolderCannotHave() throws {
    #expect(run(["sh", "-c", "mkdir in; mkfifo in/pipe"], in: folder.path).status == 0)
    #expect(#expect(throws: Failure.self) { try store.folder(folder.file("in")) }?.code == "special-file")
    #expect(#expect(throws: Failure.self) { try store.folder(folder.file("nothing")) }?.code == "missing-folder")
  }

  @Test func anArchiveWithoutItsGitFolder() throws {
    let made = run(
      ["sh", "-c", "mkdir -p top/.git top/d; echo 1 > top/d/x; echo 2 > top/.git/config; tar -czf x.tgz top"],
      in: folder.path
    )
    #expect(made.status == 0)
    let contents = try store.unpack(folder.file("x.tgz"), origin: "sum", strippedComponents: 1)
    #expect(contents.tree.entries.map(\.path) == ["d", "d/x"])
    #expect(try text("d/x", in: contents) == "1\n")
  }

  @Test(.enabled(if: isInstalled("brz"), "brz is not installed: Scripts/setup test"))
  func branchesOfBazaar() async throws {
    let script = """
      brz init -q b && cd b && mkdir d && echo one > d/x && chmod 755 d/x && ln -s d/x l && brz add -q && brz commit -q -m one \
      && echo two > d/x && brz commit -q -m two
      """
    let home = ["env", "BRZ_EMAIL=tester@example.org", "BRZ_HOME=\(folder.path)", "BRZ_LOG=/dev/null"]
    let made = run(home + ["sh", "-c", script], in: folder.path)
    #expect(made.status == 0, "\(made.output)")
    for (revision, content) in [(nil, "two\n"), ("1", "one\n")] {
      let request = try BazaarRequest("b", revision: revision, from: folder.path)
      let contents = try await store.branch(request) { _ in }
      #expect(contents.tree.entries.map { "\($0.path) \(String($0.mode, radix: 8))" } == ["d 755", "d/x 755", "l 777"])
      #expect(try text("l", in: contents) == content)
      #expect(contents.commit?.hasPrefix("tester@example.org-") == true)
    }
    let missing = try BazaarRequest("b", revision: "99", from: folder.path)
    let failure = await #expect(throws: Failure.self) { try await store.branch(missing) { _ in } }
    #expect(failure?.code == "bzr-fetch")
  }

  @Test(arguments: [("-b", nil), ("", nil), ("a\nb", nil), ("a", "-x")] as [(String, String?)])
  func whatBazaarShouldNotGet(text: String, revision: String?) {
    #expect(throws: Failure.self) { try BazaarRequest(text, revision: revision, from: "/") }
  }
}
