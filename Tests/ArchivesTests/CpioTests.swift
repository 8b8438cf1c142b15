// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Glibc
import HostTools
import Testing

@Suite struct CpioTests {
  let folder = TemporaryFolder()

  let entries = [
    ArchiveEntry("lava-1", mode: 0o755, .directory),
    ArchiveEntry("lava-1/a", mode: 0o755, .file(.bytes(Array("tool".utf8)))),
    ArchiveEntry("lava-1/b", mode: 0o755, .hardLink(to: "lava-1/a")),
    ArchiveEntry("lava-1/c", mode: 0o644, .file(.bytes([]))),
  ]

  @Test(.enabled(if: isInstalled("cpio"), "GNU cpio is not installed"))
  func gnuCpioUnpacksOurs() throws {
    let path = folder.file("a.cpio")
    try ArchiveWriter(.cpioNewc).write(entries, to: path)
    #expect(run(["cpio", "-it", "--quiet", "-F", path]).output == "lava-1\nlava-1/a\nlava-1/b\nlava-1/c\n")
    #expect(run(["cpio", "-id", "--quiet", "--no-preserve-owner", "-F", path], in: folder.path).status == 0)
    #expect(bytes(of: folder.file("lava-1/b")) == Array("tool".utf8))
    #expect(run(["stat", "-c", "%h %a", folder.file("lava-1/b")]).output == "2 755\n")
  }

  /// The kernel knows two names of one file by equal inode and a link count above 1 (`maybe_link` in init/initramfs.c).
  @Test func hardLinksShareAnInode() throws {
    let path = folder.file("a.cpio")
    try ArchiveWriter(.cpioNewc).write(entries, to: path)
    let header = { (name: String) -> [String] in
      let all = bytes(of: path)
      let wanted = Array("\(name)\0".utf8)
      let start = all.indices.first { all[$0...].starts(with: wanted) }! - 110
      let text = String(decoding: all[start..<start + 110], as: UTF8.self)
      // "070701", then 13 fields of 8 hexadecimal digits.
      return (0..<13).map { String(text.dropFirst(6 + 8 * $0).prefix(8)) }
    }
    let (first, second, other) = (header("lava-1/a"), header("lava-1/b"), header("lava-1/c"))
    #expect(first[0] == second[0])
    #expect(first[0] != other[0])
    #expect([first[4], second[4], other[4]] == ["00000002", "00000002", "00000001"])
    #expect([first[6], second[6]] == ["00000004", "00000000"])
    #expect(first[2] + first[3] == "0000000000000000")
    #expect(first[5] == "00000000")
  }

  /// The kernel takes an uncompressed archive only at a multiple of 4 bytes; zeros between are skipped.
  @Test(arguments: 0..<5) func appendedArchiveIsAligned(length: Int) throws {
    let path = folder.write(String(repeating: "x", count: length), to: "initrd")
    let start = try ArchiveWriter(.cpioNewc).append(entries, to: path)
    #expect(start == [0, 4, 4, 4, 4][length])
    let all = bytes(of: path)
    #expect(all[..<length].allSatisfy { $0 == UInt8(ascii: "x") })
    #expect(all[length..<start].allSatisfy { $0 == 0 })
    #expect(all[start...].starts(with: Array("070701".utf8)))
    #expect(try ArchiveReader.members(of: path, from: start).map(\.path) == entries.map(\.path))
    #expect(try ArchiveReader.contents(of: "lava-1/a", in: path, from: start) == Array("tool".utf8))
  }

  @Test func aFailedAppendLeavesTheFileAsItWas() throws {
    let path = folder.write("initrd", to: "initrd")
    let broken = [ArchiveEntry("a", mode: 0o644, .file(.hostFile(folder.file("missing"))))]
    #expect(throws: Failure.self) { try ArchiveWriter(.cpioNewc).append(broken, to: path) }
    #expect(bytes(of: path) == Array("initrd".utf8))
  }

  @Test func appendNeedsAFile() {
    #expect(throws: Failure.self) { try ArchiveWriter(.cpioNewc).append(entries, to: folder.file("missing")) }
  }
}

@Suite struct ArchiveReaderTests {
  let folder = TemporaryFolder()

  @Test(arguments: ["gzip", "bzip2", "xz", "zstd"]) func readsWhatOthersPack(program: String) throws {
    try #require(isInstalled(program), "\(program) is not installed")
    _ = folder.write("hello\n", to: "greeting")
    let path = folder.file("a.tar")
    try #require(
      run(["tar", "--use-compress-program=\(program)", "-cf", path, "greeting"], in: folder.path).status == 0
    )
    #expect(try ArchiveReader.members(of: path).map(\.path) == ["greeting"])
    #expect(try ArchiveReader.contents(of: "greeting", in: path) == Array("hello\n".utf8))
  }

  @Test func refusesWhatIsNoArchive() {
    let path = folder.write("this is not an archive, however long it goes on", to: "text")
    #expect(throws: Failure.self) { try ArchiveReader.members(of: path) }
  }

  @Test func boundsWhatItReads() throws {
    let path = folder.file("a.tar")
    try ArchiveWriter(.tar).write([ArchiveEntry("a", mode: 0o644, .file(.bytes([1, 2, 3])))], to: path)
    #expect(try ArchiveReader.contents(of: "a", in: path, limit: 3) == [1, 2, 3])
    #expect(throws: Failure.self) { try ArchiveReader.contents(of: "a", in: path, limit: 2) }
    #expect(throws: Failure.self) { try ArchiveReader.contents(of: "b", in: path) }
  }
}
