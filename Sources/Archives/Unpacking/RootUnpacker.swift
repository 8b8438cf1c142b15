// SPDX-License-Identifier: Apache-2.0

internal import CArchive
internal import CPosix
package import Diagnostics
internal import Glibc

/// Unpacks an archive of a root file system as the archive says: owners, modes, times, links, extended attributes and
/// devices, inside a folder that nothing in it can leave.
///
/// Owners, devices and most attributes need root; without it they are left out and counted.
package struct RootUnpacker: Sendable {
  /// What may be unpacked at most: archives come from anywhere.
  package struct Limits: Sendable, Hashable {
    /// Bytes of all files together.
    package var bytes = 64 << 30
    package var entries = 5_000_000
    /// Device nodes; a root file system has few, and each costs an inode that root alone can remove.
    package var devices = 4_096

    package init() {}
  }

  /// What was unpacked.
  package struct Outcome: Sendable, Hashable {
    package var entries = 0
    package var bytes = 0
    /// Owners, devices and attributes that this user may not set.
    package var leftOut = 0
    /// `e_machine` of the first program found, for choosing what runs there; nil where there was none.
    package var machine: ELFMachine?
  }

  package var limits = Limits()

  package init() {}

  /// Unpacks a tar or cpio archive, plain or packed with gzip, bzip2, xz or zstd.
  ///
  /// - Parameters:
  ///   - archive: its path on this host.
  ///   - folder: is there; what is in it already stays, unless the archive has it too.
  /// - Throws: for an archive that cannot be read, one that has a `..` in a name, one beyond the limits, and what the
  ///   system refuses. What was unpacked until then stays.
  package func unpack(_ archive: String, into folder: String) throws(Failure) -> Outcome {
    let file = try HostFile(archive, flags: O_RDONLY)
    let reading = try ReadingArchive()
    try reading.open(file)
    var unpacking = RootUnpacking(root: try RootFolder(folder), limits: limits, archive: archive)
    while let entry = try reading.nextEntry() {
      // A root file system takes its time; who waits for it may have run out of that.
      guard !Task.isCancelled else { throw Failure(.canceled, "canceled", "unpacking '\(archive)' was canceled") }
      try unpacking.take(entry, of: reading)
    }
    try unpacking.finish()
    return unpacking.outcome
  }

  /// The folder below an unpacked root that a job names. No link of the archive leads there.
  ///
  /// - Parameter name: relative; its parts are folders of the archive.
  /// - Throws: `root-prefix` where there is none.
  package static func folder(_ name: String, below root: String) throws(Failure) -> String {
    var path = root
    for part in name.split(separator: "/") where part != "." {
      path += "/\(part)"
      var information = stat()
      guard part != "..", lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
        throw Failure(
          .job,
          "root-prefix",
          "the archive of the root file system has no folder '\(name)'",
          advice: "Correct 'prefix': it names a folder of the archive, and no link."
        )
      }
    }
    return path
  }
}

/// The processor that a program is for, as its ELF header has it (ELF specification, `e_machine`, `EI_CLASS`).
package struct ELFMachine: Sendable, Hashable {
  package var machine: UInt16
  /// 32 or 64.
  package var bits: Int

  /// - Parameter header: the first bytes of a file; nil where they are not those of an ELF file.
  package init?(_ header: some Collection<UInt8>) {
    let bytes = Array(header.prefix(20))
    guard bytes.count == 20, bytes[0] == 0x7F, bytes[1...3].elementsEqual("ELF".utf8) else { return nil }
    bits = bytes[4] == 2 ? 64 : 32
    machine = bytes[5] == 2 ? UInt16(bytes[18]) << 8 | UInt16(bytes[19]) : UInt16(bytes[19]) << 8 | UInt16(bytes[18])
  }
}
