// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Testing

@Suite struct ArchiveWriterTests {
  let folder = TemporaryFolder()

  /// What GNU tar must show of `sample`: its own listing format, `-v --numeric-owner` in UTC.
  static let listing = """
    drwxr-xr-x root/root         0 1970-01-01 00:00 lava-1/
    drwxr-xr-x root/root         0 1970-01-01 00:00 lava-1/bin/
    -rwxr-xr-x root/root         4 1970-01-01 00:00 lava-1/bin/a
    hrwxr-xr-x root/root         0 1970-01-01 00:00 lava-1/bin/b link to lava-1/bin/a
    lrwxrwxrwx root/root         0 1970-01-01 00:00 lava-1/bin/c -> a
    -rw-r--r-- root/root         5 1970-01-01 00:00 lava-1/environment

    """

  func sample() -> [ArchiveEntry] {
    [
      ArchiveEntry("lava-1", mode: 0o755, .directory),
      ArchiveEntry("lava-1/bin", mode: 0o755, .directory),
      ArchiveEntry("lava-1/bin/a", mode: 0o755, .file(.bytes(Array("tool".utf8)))),
      ArchiveEntry("lava-1/bin/b", mode: 0o755, .hardLink(to: "lava-1/bin/a")),
      ArchiveEntry("lava-1/bin/c", mode: 0o777, .symbolicLink(to: "a")),
      ArchiveEntry("lava-1/environment", mode: 0o644, .file(.hostFile(folder.write("A=1\n\n", to: "source")))),
    ]
  }

  @Test func gnuTarReadsOurTar() throws {
    let path = folder.file("a.tar.gz")
    try ArchiveWriter(.tar, compression: .gzip).write(sample(), to: path)
    let result = run(["tar", "-tvzf", path])
    #expect(result.status == 0)
    #expect(result.output == Self.listing)
  }

  @Test func gnuTarUnpacksHardLinksAsOneFile() throws {
    let path = folder.file("a.tar.gz")
    try ArchiveWriter(.tar, compression: .gzip).write(sample(), to: path)
    #expect(run(["tar", "--no-same-owner", "-xzf", path, "-C", folder.path]).status == 0)
    #expect(bytes(of: folder.file("lava-1/bin/b")) == Array("tool".utf8))
    #expect(run(["stat", "-c", "%h", folder.file("lava-1/bin/b")]).output == "2\n")
    #expect(bytes(of: folder.file("lava-1/environment")) == Array("A=1\n\n".utf8))
  }

  @Test func sameEntriesGiveSameBytes() throws {
    for compression in [ArchiveWriter.Compression.none, .gzip] {
      for format in [ArchiveWriter.Format.tar, .cpioNewc] {
        let writer = ArchiveWriter(format, compression: compression)
        try writer.write(sample(), to: folder.file("one"))
        _ = run(["touch", folder.file("source")])
        try writer.write(sample(), to: folder.file("two"))
        #expect(!bytes(of: folder.file("one")).isEmpty)
        #expect(bytes(of: folder.file("one")) == bytes(of: folder.file("two")))
      }
    }
  }

  @Test func gzipHeaderHasNeitherTimeNorName() throws {
    let path = folder.file("a.tar.gz")
    try ArchiveWriter(.tar, compression: .gzip).write(sample(), to: path)
    let header = bytes(of: path).prefix(10)
    // RFC 1952: magic, deflate, no flags (so no name), MTIME 0.
    #expect(Array(header.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
  }

  @Test func longAndForeignNamesSurvive() throws {
    let long = "d/" + String(repeating: "n", count: 150)
    let deep = (0..<40).map { "folder\($0)" }.joined(separator: "/")
    let names = [long, deep, "0_prüfung_測試"]
    let path = folder.file("a.tar")
    try ArchiveWriter(.tar).write(names.map { ArchiveEntry($0, mode: 0o644, .file(.bytes([1]))) }, to: path)
    #expect(run(["tar", "--quoting-style=literal", "-tf", path]).output == names.joined(separator: "\n") + "\n")
    #expect(try ArchiveReader.members(of: path).map(\.path) == names)
  }

  @Test func ourReaderSeesRootAndEpoch() throws {
    let path = folder.file("a.tar.gz")
    try ArchiveWriter(.tar, compression: .gzip).write(sample(), to: path)
    let members = try ArchiveReader.members(of: path)
    #expect(members.map(\.path) == sample().map(\.path))
    #expect(
      members.map(\.kind) == [
        .directory, .directory, .file, .hardLink(to: "lava-1/bin/a"), .symbolicLink(to: "a"), .file,
      ]
    )
    #expect(members.map(\.mode) == [0o755, 0o755, 0o755, 0o755, 0o777, 0o644])
    #expect(members.allSatisfy { $0.userID == 0 && $0.groupID == 0 && $0.modificationTime == 0 })
    #expect(try ArchiveReader.contents(of: "lava-1/bin/a", in: path) == Array("tool".utf8))
  }

  @Test func aDanglingHardLinkIsRefused() {
    let error = #expect(throws: Failure.self) {
      try ArchiveWriter(.tar).write([ArchiveEntry("b", mode: 0o644, .hardLink(to: "a"))], to: folder.file("x"))
    }
    #expect(error?.code == "archive-dangling-link")
    #expect(!folderHolds("x"))
  }

  @Test func aMissingHostFileIsNamed() {
    let entry = ArchiveEntry("a", mode: 0o644, .file(.hostFile(folder.file("missing"))))
    let error = #expect(throws: Failure.self) { try ArchiveWriter(.tar).write([entry], to: folder.file("x")) }
    #expect(error?.message == "cannot open '\(folder.file("missing"))'")
    #expect(!folderHolds("x"))
  }

  @Test func aFolderIsNotAFilesContent() {
    let entry = ArchiveEntry("a", mode: 0o644, .file(.hostFile(folder.path)))
    let error = #expect(throws: Failure.self) { try ArchiveWriter(.tar).write([entry], to: folder.file("x")) }
    #expect(error?.code == "not-a-regular-file")
  }

  private func folderHolds(_ name: String) -> Bool { run(["test", "-e", folder.file(name)]).status == 0 }
}
