// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Glibc
import HostTools
import Testing

/// Root file systems come out as their archives say, and hostile ones stay inside. The archives are made by Python's
/// tarfile, which writes any name.
@Suite(.enabled(if: isInstalled("python3"), "needs python3"))
struct RootUnpackerTests {
  let folder = TemporaryFolder()

  /// Makes an archive of entries, each a line of Python that calls `add(NAME, TYPE, …)`.
  private func archive(_ name: String, _ lines: String) throws -> String {
    let path = folder.file(name)
    let script = """
      import io, tarfile
      out = tarfile.open("\(path)", "w", format=tarfile.PAX_FORMAT)
      def add(name, kind=tarfile.REGTYPE, content=b"", link="", mode=0o644, major=0, minor=0, xattr=None):
          entry = tarfile.TarInfo(name)
          entry.type, entry.linkname, entry.mode, entry.size, entry.mtime = kind, link, mode, len(content), 86400
          entry.devmajor, entry.devminor = major, minor
          for key, value in (xattr or {}).items():
              entry.pax_headers["SCHILY.xattr." + key] = value
          out.addfile(entry, io.BytesIO(content))
      \(lines.replacing("\n", with: "\n"))
      out.close()
      """
    let made = run(["python3", "-c", script])
    try #require(made.status == 0, "\(made.output)")
    return path
  }

  private func root(_ name: String = "root") -> String {
    let path = folder.file(name)
    mkdir(path, 0o755)
    return path
  }

  @Test func filesLinksModesAndTimes() throws {
    let tar = try archive(
      "plain.tar",
      """
      add("./", tarfile.DIRTYPE, mode=0o755)
      add("./usr", tarfile.DIRTYPE, mode=0o755)
      add("./usr/bin", tarfile.DIRTYPE, mode=0o711)
      add("./bin", tarfile.SYMTYPE, link="usr/bin")
      add("./bin/sh", content=b"\\x7fELF\\x02\\x01\\x01" + bytes(9) + b"\\x02\\x00\\xb7\\x00", mode=0o4755)
      add("./usr/bin/dash", tarfile.LNKTYPE, link="./usr/bin/sh")
      add("./etc/motd", content=b"hello")
      """
    )
    let root = root()
    let outcome = try RootUnpacker().unpack(tar, into: root)
    #expect(outcome.entries == 7)
    #expect(outcome.bytes == 25)
    // 0xB7: AArch64 in the ELF specification's list.
    #expect(outcome.machine?.machine == 0xB7 && outcome.machine?.bits == 64)
    let listing = run(["stat", "-c", "%n %a %h %Y", "usr/bin", "usr/bin/sh", "usr/bin/dash", "etc/motd"], in: root)
    #expect(
      listing.output
        == """
        usr/bin 711 1 86400
        usr/bin/sh 4755 2 86400
        usr/bin/dash 4755 2 86400
        etc/motd 644 1 86400

        """.replacing("usr/bin 711 1", with: "usr/bin 711 2")
    )
    #expect(run(["readlink", "bin"], in: root).output == "usr/bin\n")
  }

  @Test func whatIsThereGivesWay() throws {
    let root = root()
    _ = try RootUnpacker().unpack(
      try archive("one.tar", "add('a', content=b'1')\nadd('d/x', content=b'1')\nadd('l', tarfile.SYMTYPE, link='a')"),
      into: root
    )
    _ = try RootUnpacker().unpack(
      try archive("two.tar", "add('a', content=b'2')\nadd('l', content=b'3')\nadd('d', tarfile.DIRTYPE, mode=0o700)"),
      into: root
    )
    #expect(bytes(of: "\(root)/a") == Array("2".utf8))
    #expect(bytes(of: "\(root)/l") == Array("3".utf8))
    #expect(bytes(of: "\(root)/d/x") == Array("1".utf8))
    #expect(run(["stat", "-c", "%F %a", "l", "d"], in: root).output == "regular file 644\ndirectory 700\n")
  }

  /// Ways out of the root: none of them leads there.
  @Test(arguments: [
    "add('/OUT/x', content=b'x')",
    "add('out', tarfile.SYMTYPE, link='/OUT')\nadd('out/x', content=b'x')",
    "add('out', tarfile.SYMTYPE, link='../outside')\nadd('out/x', content=b'x')",
    "add('a', tarfile.SYMTYPE, link='b')\nadd('b', tarfile.SYMTYPE, link='../outside')\nadd('a/x', content=b'x')",
    "add('out', tarfile.SYMTYPE, link='../outside')\nadd('out', tarfile.DIRTYPE)\nadd('out/x', content=b'x')",
    "add('x', tarfile.SYMTYPE, link='../outside/x')\nadd('x', content=b'x')",
    "add('h', tarfile.LNKTYPE, link='../outside/secret')",
    "add('h', tarfile.LNKTYPE, link='/OUT/secret')",
    "add('../outside/x', content=b'x')",
    "add('a/../../outside/x', content=b'x')",
  ])
  func nothingLeavesTheRoot(_ lines: String) throws {
    let outside = folder.file("outside")
    mkdir(outside, 0o755)
    let secret = try #require(fopen("\(outside)/secret", "w"))
    fputs("secret", secret)
    fclose(secret)
    let root = root()
    let tar = try archive("hostile.tar", lines.replacing("/OUT", with: outside))
    // Some are refused, the others end inside.
    do throws(Failure) { _ = try RootUnpacker().unpack(tar, into: root) } catch { #expect(error.kind != .bug) }
    #expect(run(["ls", outside]).output == "secret\n")
    #expect(bytes(of: "\(outside)/secret") == Array("secret".utf8))
    #expect(run(["find", root, "-type", "f", "-links", "+1"]).output.isEmpty)
  }

  /// The first archive lays a link, the second goes through it.
  @Test func twoArchivesDoNotLeaveEither() throws {
    mkdir(folder.file("outside"), 0o755)
    let root = root()
    _ = try RootUnpacker().unpack(try archive("a.tar", "add('d', tarfile.SYMTYPE, link='../outside')"), into: root)
    let second = try archive("b.tar", "add('d/x', content=b'x')")
    do throws(Failure) {
      _ = try RootUnpacker().unpack(second, into: root)
    } catch {
      #expect(error.code == "root-file-access")
    }
    #expect(run(["ls", folder.file("outside")]).output.isEmpty)
  }

  @Test func limitsHold() throws {
    let tar = try archive("big.tar", "for i in range(20): add('f%d' % i, content=bytes(1000))")
    var unpacker = RootUnpacker()
    unpacker.limits.bytes = 10_000
    let bytes = #expect(throws: Failure.self) { try unpacker.unpack(tar, into: root("one")) }
    #expect(bytes?.code == "archive-too-large")
    unpacker = RootUnpacker()
    unpacker.limits.entries = 19
    let entries = #expect(throws: Failure.self) { try unpacker.unpack(tar, into: root("two")) }
    #expect(entries?.code == "archive-too-large")
    unpacker = RootUnpacker()
    unpacker.limits.devices = 3
    let flood = try archive("devices.tar", "for i in range(5): add('p%d' % i, tarfile.FIFOTYPE)")
    let devices = #expect(throws: Failure.self) { try unpacker.unpack(flood, into: root("three")) }
    #expect(devices?.code == "archive-too-large")
  }

  @Test(.enabled(if: getuid() == 0, "owners and devices need root"))
  func ownersDevicesAndAttributes() throws {
    let tar = try archive(
      "root.tar",
      """
      entry = tarfile.TarInfo("file"); entry.uid, entry.gid, entry.mode = 1000, 50, 0o640
      out.addfile(entry)
      add("null", tarfile.CHRTYPE, mode=0o666, major=1, minor=3)
      add("noted", xattr={"user.origin": "here"})
      """
    )
    let root = root()
    let outcome = try RootUnpacker().unpack(tar, into: root)
    #expect(run(["stat", "-c", "%u %g %a", "file"], in: root).output == "1000 50 640\n")
    #expect(outcome.leftOut <= 2, "a container may forbid devices, a file system attributes")
    if outcome.leftOut == 0 {
      #expect(run(["stat", "-c", "%F %a %t,%T", "null"], in: root).output == "character special file 666 1,3\n")
    }
  }

  // MARK: - How it is packed

  @Test(
    .enabled(if: isInstalled("zstd") && isInstalled("bzip2"), "needs the packers"),
    arguments: ["gzip", "bzip2", "xz", "zstd"]
  )
  func packedArchives(packer: String) throws {
    let tar = try archive("plain.tar", "add('etc/motd', content=b'hello')")
    #expect(run(["sh", "-c", "\(packer) -c '\(tar)' > '\(tar).packed'"]).status == 0)
    let root = root()
    #expect(try RootUnpacker().unpack("\(tar).packed", into: root).bytes == 5)
    #expect(bytes(of: "\(root)/etc/motd") == Array("hello".utf8))
  }

  /// A packed archive that ends in the middle is an error, and what came before it stays inside.
  @Test(arguments: [100, 3_000]) func aTruncatedArchiveIsAnError(size: Int) throws {
    let tar = try archive("plain.tar", "import random\nadd('a', content=random.Random(1).randbytes(20000))")
    #expect(run(["sh", "-c", "gzip -c '\(tar)' | head -c \(size) > '\(tar).gz'"]).status == 0)
    #expect(throws: Failure.self) { try RootUnpacker().unpack("\(tar).gz", into: root()) }
  }

  /// Few packed bytes become many; the limit is on what comes out, whatever the archive says its sizes are.
  @Test func aBombIsStopped() throws {
    let tar = folder.file("bomb.tar.gz")
    let made = run(["sh", "-c", "truncate -s 64M zero && tar cf - zero | gzip -9 > '\(tar)'"], in: folder.path)
    try #require(made.status == 0, "\(made.output)")
    var unpacker = RootUnpacker()
    unpacker.limits.bytes = 1 << 20
    let root = root()
    let failure = #expect(throws: Failure.self) { try unpacker.unpack(tar, into: root) }
    #expect(failure?.code == "archive-too-large")
    let used = Int(run(["sh", "-c", "du -s --apparent-size -B1 '\(root)' | cut -f1"]).output.dropLast()) ?? .max
    #expect(used < 4 << 20)
  }

  // MARK: - Tricks

  /// A pipe that a second archive would write into, and wait for a reader for ever; a device it would write to.
  @Test func nodesGiveWayToFiles() throws {
    let root = root()
    _ = try RootUnpacker().unpack(try archive("a.tar", "add('p', tarfile.FIFOTYPE)"), into: root)
    _ = try RootUnpacker().unpack(try archive("b.tar", "add('p', content=b'x')"), into: root)
    #expect(bytes(of: "\(root)/p") == Array("x".utf8))
  }

  /// A hard link to a symbolic link is one to the link itself, not to what it names.
  @Test func aHardLinkToALinkStaysALink() throws {
    let secret = folder.write("secret", to: "secret")
    let tar = try archive(
      "links.tar",
      "add('s', tarfile.SYMTYPE, link='\(secret)')\nadd('h', tarfile.LNKTYPE, link='s')\nadd('h', content=b'x')"
    )
    _ = try RootUnpacker().unpack(tar, into: root())
    #expect(bytes(of: secret) == Array("secret".utf8))
  }

  @Test(arguments: [
    "add('a', tarfile.SYMTYPE, link='a')\nadd('a/x', content=b'x')",
    "add('/'.join(['d'] * 3000), content=b'x')",
    "add('n' * 300, content=b'x')",
    "add('f', content=b'x')\nadd('f/x', content=b'x')",
  ])
  func namesThatCannotBeAreErrors(lines: String) throws {
    let tar = try archive("odd.tar", lines)
    let failure = #expect(throws: Failure.self) { try RootUnpacker().unpack(tar, into: root()) }
    #expect(failure?.code == "root-file-access")
  }

  // MARK: - The root in the archive

  @Test func aFolderOfTheArchiveIsTheRoot() throws {
    let root = root()
    let lines = "add('image/rootfs', tarfile.DIRTYPE)\nadd('l', tarfile.SYMTYPE, link='/')\nadd('f', content=b'x')"
    _ = try RootUnpacker().unpack(try archive("a.tar", lines), into: root)
    #expect(try RootUnpacker.folder("image/rootfs/", below: root) == "\(root)/image/rootfs")
    #expect(try RootUnpacker.folder("./", below: root) == root)
    for name in ["l/", "l/etc/", "f/", "missing/", "image/../image/"] {
      let failure = #expect(throws: Failure.self) { try RootUnpacker.folder(name, below: root) }
      #expect(failure?.code == "root-prefix")
    }
  }
}
