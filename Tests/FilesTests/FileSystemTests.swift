// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Glibc
import Testing

/// Files and folders on a real disk, each test in a folder of its own.
@Suite
struct FileSystemTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try FileSystem.makeTemporaryFolder(prefix: "pumice-files")
    defer { try? FileSystem.removeTree(folder) }
    try body(folder)
  }

  private func mode(of path: String) -> mode_t {
    var information = stat()
    lstat(path, &information)
    return information.st_mode & 0o7777
  }

  @Test("what is written is read, added to and replaced")
  func contents() throws {
    try withFolder { folder in
      let path = Paths.join(folder, "a")
      try FileSystem.write([1, 2, 3], to: path, mode: 0o600)
      try FileSystem.append([4], to: path)
      #expect(try FileSystem.read(path) == [1, 2, 3, 4])
      #expect(try FileSystem.size(of: path) == 4)
      #expect(mode(of: path) == 0o600)
      try FileSystem.write([], to: path)
      #expect(try FileSystem.read(path) == [])
      let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      try FileSystem.write(large, to: path)
      #expect(try FileSystem.read(path) == large)
    }
  }

  @Test("a file of /proc, whose size is 0, is read whole")
  func proc() throws {
    #expect(try FileSystem.readText("/proc/self/stat").hasPrefix("\(getpid()) "))
  }

  @Test("an atomic write replaces the file, sets the mode and leaves nothing beside it")
  func atomic() throws {
    try withFolder { folder in
      let path = Paths.join(folder, "a")
      let old = Paths.join(folder, "old")
      try FileSystem.write([1], to: path)
      link(path, old)
      try FileSystem.writeAtomically([2], to: path, mode: 0o640)
      #expect(try FileSystem.read(path) == [2])
      // The old file is another one: whoever had it open still reads the old content.
      #expect(try FileSystem.read(old) == [1])
      #expect(mode(of: path) == 0o640)
      #expect(try FileSystem.entries(of: folder) == ["a", "old"])
      let missing = Paths.join(folder, "no/such/file")
      #expect(throws: Failure.self) { try FileSystem.writeAtomically([2], to: missing) }
    }
  }

  @Test(
    "an atomic write in pieces counts as a whole, and one that is given up leaves the old file and nothing beside it"
  )
  func atomicPieces() throws {
    try withFolder { folder in
      let path = Paths.join(folder, "a")
      try FileSystem.writeAtomically(to: path) { write throws(Failure) in
        try write([1, 2])
        try write([])
        try write([3])
        #expect(!FileSystem.exists(path))
      }
      #expect(try FileSystem.read(path) == [1, 2, 3])
      let failure = #expect(throws: Failure.self) {
        try FileSystem.writeAtomically(to: path) { write throws(Failure) in
          try write([4])
          throw Failure(.bug, "given-up", "no more")
        }
      }
      #expect(failure?.code == "given-up")
      #expect(try FileSystem.read(path) == [1, 2, 3])
      #expect(try FileSystem.entries(of: folder) == ["a"])
    }
  }

  @Test("a file larger than allowed is refused, one just as large is not")
  func limit() throws {
    try withFolder { folder in
      let path = Paths.join(folder, "a")
      try FileSystem.write([UInt8](repeating: 0, count: 5000), to: path)
      #expect(try FileSystem.read(path, limit: 5000).count == 5000)
      let failure = #expect(throws: Failure.self) { try FileSystem.read(path, limit: 4999) }
      #expect(failure?.code == "file-too-large")
    }
  }

  @Test("text must be UTF-8")
  func text() throws {
    try withFolder { folder in
      let path = Paths.join(folder, "a")
      try FileSystem.write(Array("größe".utf8), to: path)
      #expect(try FileSystem.readText(path) == "größe")
      try FileSystem.write([0x61, 0xFF], to: path)
      #expect(#expect(throws: Failure.self) { try FileSystem.readText(path) }?.code == "file-not-text")
    }
  }

  @Test("failures name the path, the system's words and what to do")
  func failures() throws {
    let missing = #expect(throws: Failure.self) { try FileSystem.read("/no/such/file") }
    #expect(missing?.code == "file-missing")
    #expect(missing?.message == "cannot read '/no/such/file'")
    #expect(missing?.cause == "No such file or directory")
    #expect(missing?.advice != nil)
    #expect(#expect(throws: Failure.self) { try FileSystem.read("/tmp") }?.code == "file-is-folder")
    #expect(#expect(throws: Failure.self) { try FileSystem.write([1], to: "/dev/full") }?.code == "disk-full")
    #expect(#expect(throws: Failure.self) { try FileSystem.entries(of: "/dev/null") }?.code == "file-not-folder")
  }

  @Test("folders are made with those above them, and again")
  func folders() throws {
    try withFolder { folder in
      let deep = Paths.join(folder, "a/b/../b/c/")
      try FileSystem.makeFolder(deep)
      try FileSystem.makeFolder(deep)
      #expect(FileSystem.kind(of: Paths.join(folder, "a/b/c")) == .folder)
      let file = Paths.join(folder, "file")
      try FileSystem.write([], to: file)
      #expect(#expect(throws: Failure.self) { try FileSystem.makeFolder(file) }?.code == "file-not-folder")
      #expect(#expect(throws: Failure.self) { try FileSystem.makeFolder(file + "/x") }?.code == "file-not-folder")
    }
  }

  @Test("entries come in the order of their bytes")
  func entries() throws {
    try withFolder { folder in
      for name in ["b", "a", "B", ".hidden", "ä"] { try FileSystem.write([], to: Paths.join(folder, name)) }
      #expect(try FileSystem.entries(of: folder) == [".hidden", "B", "a", "b", "ä"])
    }
  }

  @Test("a tree is removed whole, and what its links point to stays")
  func removeTree() throws {
    try withFolder { folder in
      let outside = Paths.join(folder, "outside")
      try FileSystem.makeFolder(outside)
      try FileSystem.write([1], to: Paths.join(outside, "keep"))
      let tree = Paths.join(folder, "tree")
      try FileSystem.makeFolder(Paths.join(tree, "x/y"))
      try FileSystem.write([1], to: Paths.join(tree, "x/y/file"))
      symlink(outside, Paths.join(tree, "x/link"))
      symlink("/no/such", Paths.join(tree, "dangling"))
      // A name that is not UTF-8.
      let odd: [CChar] = Paths.join(tree, "x/").utf8CString.dropLast() + [CChar(bitPattern: 0xFF), 0]
      mkdir(odd, 0o755)
      chmod(Paths.join(tree, "x/y"), 0o500)
      try FileSystem.removeTree(tree)
      #expect(!FileSystem.exists(tree))
      #expect(try FileSystem.entries(of: outside) == ["keep"])
      // A link itself goes, not what it points to; nothing at all is fine.
      symlink(outside, tree)
      try FileSystem.removeTree(tree)
      try FileSystem.removeTree(tree)
      #expect(try FileSystem.entries(of: folder) == ["outside"])
      #expect(try FileSystem.entries(of: outside) == ["keep"])
    }
  }

  @Test("two temporary folders are two, for this user only")
  func temporary() throws {
    try withFolder { folder in
      let one = try FileSystem.makeTemporaryFolder(in: folder)
      let two = try FileSystem.makeTemporaryFolder(in: folder)
      #expect(one != two)
      #expect(mode(of: one) == 0o700)
    }
  }
}
