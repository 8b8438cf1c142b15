// SPDX-License-Identifier: Apache-2.0

import Files
import Glibc
import Testing

/// Paths as text. `normpath`, `basename` and `dirname` gave the expected values.
@Suite
struct PathsTests {
  @Test(
    "normalized as Python's os.path.normpath does",
    arguments: [
      ("/a/b/../c", "/a/c"), ("a//b/./c/", "a/b/c"), ("/../a", "/a"), ("../a", "../a"), ("a/../..", ".."), ("", "."),
      ("/", "/"), ("./", "."), ("a/b/../../c", "c"),
    ]
  )
  func normalize(_ path: String, _ expected: String) {
    #expect(Paths.normalize(path) == expected)
  }

  @Test("absolute from the working directory or another")
  func absolute() throws {
    #expect(Paths.absolute("x/../y", from: "/base") == "/base/y")
    #expect(Paths.absolute("/x", from: "/base") == "/x")
    #expect(Paths.absolute("x") == Paths.workingDirectory() + "/x")
  }

  @Test(
    "names and folders as basename and dirname print them",
    arguments: [
      ("/a/b", "b", "/a"), ("/a/b/", "b", "/a"), ("a", "a", "."), ("/a", "a", "/"), ("/", "/", "/"), ("a//b", "b", "a"),
    ]
  )
  func parts(_ path: String, _ name: String, _ folder: String) {
    #expect(Paths.name(of: path) == name)
    #expect(Paths.folder(of: path) == folder)
  }

  @Test("joined with one slash")
  func join() {
    #expect(Paths.join("/a", "b") == "/a/b")
    #expect(Paths.join("/a/", "b") == "/a/b")
    #expect(Paths.join("/a", "/b") == "/b")
    #expect(Paths.join("", "b") == "b")
  }

  @Test("programs are found as the shell finds them")
  func programs() throws {
    #expect(Programs.find("sh").map { access($0, X_OK) } == 0)
    #expect(Programs.find("/bin/sh") == "/bin/sh")
    #expect(Programs.find("/etc/passwd") == nil)
    #expect(Programs.find("pumice-no-such-program") == nil)
    #expect(Programs.find("") == nil)
    #expect(access(try Programs.ownPath(), X_OK) == 0)
  }
}
