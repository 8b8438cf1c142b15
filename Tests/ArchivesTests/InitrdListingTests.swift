// SPDX-License-Identifier: Apache-2.0

import Archives
import HostTools
import Testing

/// What is put behind a ramdisk goes where the ramdisk's links lead. The ramdisks are made by GNU cpio.
@Suite(.enabled(if: isInstalled("cpio") && isInstalled("zstd"), "needs cpio, gzip, bzip2, xz and zstd"))
struct InitrdListingTests {
  let folder = TemporaryFolder()

  /// A ramdisk of a system in which /lib is a link, with one program.
  ///
  /// - Parameter packing: a filter, in the shell's words.
  private func ramdisk(_ packing: String, before: String = "true") -> String {
    let made = run(
      [
        "sh", "-c",
        """
        set -e
        mkdir -p root/usr/lib root/etc root/usr/bin
        ln -s usr/lib root/lib
        ln -s /usr/lib root/lib64
        printf '\\177ELF\\002\\001\\001\\000\\000\\000\\000\\000\\000\\000\\000\\000\\002\\000\\267\\000rest' > root/usr/bin/sh
        chmod 755 root/usr/bin/sh
        \(before)
        (cd root && find . | LC_ALL=C sort | cpio --quiet -o -H newc) | \(packing) >> initrd
        """,
      ],
      in: folder.path
    )
    #expect(made.status == 0, "\(made.output)")
    return folder.file("initrd")
  }

  private let modules = [
    ArchiveEntry("lib", mode: 0o755, .directory),
    ArchiveEntry("lib/modules", mode: 0o755, .directory),
    ArchiveEntry("lib/modules/a.ko", mode: 0o644, .file(.bytes(Array("a".utf8)))),
    ArchiveEntry("lib/modules/b.ko", mode: 0o644, .hardLink(to: "lib/modules/a.ko")),
    ArchiveEntry("lib64/x", mode: 0o644, .file(.bytes([]))),
    ArchiveEntry("opt", mode: 0o755, .directory),
    ArchiveEntry("etc", mode: 0o700, .directory),
  ]

  /// `lib`, `usr/lib` and `etc` are there: an entry for them would replace the link, or change the mode.
  @Test(arguments: ["cat", "gzip -n", "bzip2", "xz --check=crc32", "zstd -q"])
  func additionsFollowTheLinks(packing: String) throws {
    var listing = try InitrdListing(of: ramdisk(packing))
    #expect(listing.isComplete)
    #expect(listing.machine?.machine == 183)
    let additions = listing.additions(modules)
    #expect(
      additions.map(\.path) == [
        "usr/lib/modules", "usr/lib/modules/a.ko", "usr/lib/modules/b.ko", "usr/lib/x", "opt",
      ]
    )
    #expect(additions[2].content == .hardLink(to: "usr/lib/modules/a.ko"))
    // What was added is known to the next addition.
    #expect(listing.additions([ArchiveEntry("lib/modules", mode: 0o755, .directory)]).isEmpty)
  }

  /// Processors' microcode stands in an archive of its own before the packed one.
  @Test func severalArchives() throws {
    let early = "mkdir -p early/kernel && (cd early && find . | cpio --quiet -o -H newc) > initrd"
    let listing = try InitrdListing(of: ramdisk("gzip -n", before: early))
    #expect(listing.isComplete)
    #expect(listing.machine?.bits == 64)
  }

  @Test func whatCannotBeReadIsTakenForASystem() throws {
    let path = folder.write("this is a file system of another kind", to: "initrd")
    var listing = try InitrdListing(of: path)
    #expect(!listing.isComplete)
    #expect(listing.machine == nil)
    #expect(
      listing.additions(modules).map(\.path) == [
        "lib/modules", "lib/modules/a.ko", "lib/modules/b.ko", "lib64/x",
      ]
    )
  }

  /// A truncated header, a name without an end, a size beyond the file, a loop of links: nothing is believed.
  @Test(arguments: [
    "070701", "070701" + String(repeating: "F", count: 104), "070701" + String(repeating: "0", count: 104) + "x",
    "070702" + String(repeating: "z", count: 200),
  ])
  func damagedHeaders(text: String) throws {
    #expect(try !InitrdListing(of: folder.write(text, to: "initrd")).isComplete)
  }

  @Test func aLoopOfLinksEnds() throws {
    let path = folder.file("initrd")
    try ArchiveWriter(.cpioNewc).write(
      [
        ArchiveEntry("a", mode: 0o777, .symbolicLink(to: "b")), ArchiveEntry("b", mode: 0o777, .symbolicLink(to: "a")),
        ArchiveEntry("up", mode: 0o777, .symbolicLink(to: "../../..")),
      ],
      to: path
    )
    var listing = try InitrdListing(of: path)
    let additions = listing.additions([
      ArchiveEntry("a/x", mode: 0o644, .file(.bytes([]))), ArchiveEntry("up/etc", mode: 0o755, .directory),
    ])
    #expect(additions.count == 2)
    #expect(additions.last?.path == "etc")
  }
}
