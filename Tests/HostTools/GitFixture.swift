// SPDX-License-Identifier: Apache-2.0

/// A git repository that a test makes: the same files always give the same commits.
package final class GitFixture: Sendable {
  package let path: String

  /// A new repository without a commit, on the branch `main`.
  package init(in folder: TemporaryFolder, _ name: String = "repository") {
    path = folder.file(name)
    _ = HostTools.run(["mkdir", "-p", path])
    git("init", "--quiet", "--initial-branch=main", "--template=")
  }

  /// Runs git in the repository; what it prints, without the last line break.
  @discardableResult
  package func git(_ arguments: String...) -> String {
    let identity = ["author", "committer"].flatMap { role in
      let name = role.uppercased()
      return [
        "GIT_\(name)_NAME=A. Tester", "GIT_\(name)_EMAIL=tester@example.org", "GIT_\(name)_DATE=1700000000 +0000",
      ]
    }
    let plain = ["GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_ALLOW_PROTOCOL=file"]
    let (status, output) = HostTools.run(["env"] + identity + plain + ["git", "-C", path] + arguments)
    precondition(status == 0, "git \(arguments): \(output)")
    return String(output.reversed().drop { $0 == "\n" }.reversed())
  }

  /// Writes files and commits everything that is there.
  ///
  /// - Parameter files: by path; folders are made.
  /// - Returns: the commit.
  @discardableResult
  package func commit(_ files: [String: String], _ message: String = "a commit") -> String {
    for (name, text) in files {
      let file = "\(path)/\(name)"
      _ = HostTools.run(["mkdir", "-p", String(file[..<file.lastIndex(of: "/")!])])
      write(text, to: file)
    }
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "-m", message)
    return git("rev-parse", "HEAD")
  }
}
