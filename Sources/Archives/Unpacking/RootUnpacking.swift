// SPDX-License-Identifier: Apache-2.0

internal import CArchive
internal import CPosix
internal import Diagnostics
internal import Glibc

/// One archive on its way into a root.
struct RootUnpacking: ~Copyable {
  private var root: RootFolder
  private let limits: RootUnpacker.Limits
  private let archive: String
  private(set) var outcome = RootUnpacker.Outcome()
  private var devices = 0
  /// Modes and times of folders, set when everything is in them.
  private var folders: [(path: String, mode: mode_t, time: timespec)] = []

  init(root: consuming RootFolder, limits: RootUnpacker.Limits, archive: String) {
    self.root = root
    self.limits = limits
    self.archive = archive
  }

  /// Unpacks one entry.
  mutating func take(_ entry: ArchiveEntryPointer, of reading: borrowing ReadingArchive) throws(Failure) {
    outcome.entries += 1
    guard outcome.entries <= limits.entries else { throw tooLarge("more than \(limits.entries) entries") }
    let parts = try parts(of: entry.path)
    guard let name = parts.last.map(String.init) else {
      // The root itself: its mode and time.
      folders.append((".", entry.mode, entry.time))
      return
    }
    let path = parts.joined(separator: "/")
    let parent = try root.folder(parts.dropLast())
    if let target = entry.hardLink {
      try link(path, name, in: parent, to: target)
      return
    }
    switch entry.type {
    case S_IFDIR: try makeFolder(path, name, in: parent, entry)
    case S_IFREG: try makeFile(path, name, in: parent, entry, of: reading)
    case S_IFLNK: try makeLink(path, name, in: parent, entry)
    case S_IFCHR, S_IFBLK, S_IFIFO: try makeNode(path, name, in: parent, entry)
    default:
      // A socket means nothing without the program that made it.
      outcome.leftOut += 1
    }
  }

  /// Gives the folders their modes and times, the innermost first.
  mutating func finish() throws(Failure) {
    for folder in folders.reversed() {
      let descriptor = root.open(inside: folder.path, flags: O_RDONLY | O_DIRECTORY)
      guard descriptor >= 0 else { throw RootFolder.failure("open", folder.path, -descriptor) }
      defer { close(descriptor) }
      guard fchmod(descriptor, folder.mode) == 0 else { throw RootFolder.failure("change", folder.path, errno) }
      setTime(descriptor, folder.time)
    }
    folders = []
  }

  /// The parts of a name: an absolute one is one inside the root.
  private func parts(of name: String) throws(Failure) -> ArraySlice<Substring> {
    let parts = name.split(separator: "/").filter { $0 != "." }
    guard !parts.contains("..") else {
      throw Failure(
        .job,
        "archive-hostile",
        "'\(archive)' has an entry with '..' in its name: '\(name)'",
        advice: "A root file system's archive names what is in it; make it anew."
      )
    }
    return parts[...]
  }

  private func tooLarge(_ what: String) -> Failure {
    Failure(
      .job,
      "archive-too-large",
      "'\(archive)' has \(what)",
      advice: "This is more than a root file system has; look what the archive holds."
    )
  }
}

// MARK: - Kinds of entries

extension RootUnpacking {
  private mutating func makeFolder(
    _ path: String,
    _ name: String,
    in parent: Int32,
    _ entry: ArchiveEntryPointer
  ) throws(Failure) {
    if mkdirat(parent, name, 0o700) != 0 {
      guard errno == EEXIST else { throw RootFolder.failure("make", path, errno) }
      // A folder, or a link to one inside the root, takes what follows; anything else gives way.
      let found = root.open(inside: path, flags: cposix_path_only | O_DIRECTORY)
      if found >= 0 {
        close(found)
      } else {
        try remove(path, name, in: parent)
        guard mkdirat(parent, name, 0o700) == 0 else { throw RootFolder.failure("make", path, errno) }
      }
    }
    let descriptor = root.open(inside: path, flags: O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw RootFolder.failure("open", path, -descriptor) }
    defer { close(descriptor) }
    setOwner(descriptor, entry)
    setAttributes(descriptor, entry)
    folders.append((path, entry.mode, entry.time))
  }

  private mutating func makeFile(
    _ path: String,
    _ name: String,
    in parent: Int32,
    _ entry: ArchiveEntryPointer,
    of reading: borrowing ReadingArchive
  ) throws(Failure) {
    try remove(path, name, in: parent)
    let descriptor = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw RootFolder.failure("make", path, errno) }
    defer { close(descriptor) }
    let left = limits.bytes - outcome.bytes
    let (count, head) = try reading.copyCurrent(to: descriptor, path: path, limit: left)
    guard let count else { throw tooLarge("more than \(limits.bytes) bytes") }
    outcome.bytes += count
    if outcome.machine == nil, entry.mode & 0o111 != 0 { outcome.machine = ELFMachine(head) }
    setOwner(descriptor, entry)
    // After the owner, whose change takes set-user-id away.
    guard fchmod(descriptor, entry.mode) == 0 else { throw RootFolder.failure("change", path, errno) }
    setAttributes(descriptor, entry)
    setTime(descriptor, entry.time)
  }

  private mutating func makeLink(
    _ path: String,
    _ name: String,
    in parent: Int32,
    _ entry: ArchiveEntryPointer
  ) throws(Failure) {
    try remove(path, name, in: parent)
    guard symlinkat(entry.symbolicLink, parent, name) == 0 else { throw RootFolder.failure("make", path, errno) }
    if fchownat(parent, name, entry.userID, entry.groupID, AT_SYMLINK_NOFOLLOW) != 0 { outcome.leftOut += 1 }
  }

  private mutating func makeNode(
    _ path: String,
    _ name: String,
    in parent: Int32,
    _ entry: ArchiveEntryPointer
  ) throws(Failure) {
    devices += 1
    guard devices <= limits.devices else { throw tooLarge("more than \(limits.devices) device nodes") }
    try remove(path, name, in: parent)
    let (major, minor) = entry.device
    let error = cposix_make_node(parent, name, UInt32(entry.type), UInt32(entry.mode), major, minor)
    guard error == 0 else {
      guard error == EPERM else { throw RootFolder.failure("make", path, error) }
      outcome.leftOut += 1
      return
    }
    if fchownat(parent, name, entry.userID, entry.groupID, AT_SYMLINK_NOFOLLOW) != 0 { outcome.leftOut += 1 }
    // The umask has taken bits from it.
    guard fchmodat(parent, name, entry.mode, 0) == 0 else { throw RootFolder.failure("change", path, errno) }
  }

  private mutating func link(_ path: String, _ name: String, in parent: Int32, to target: String) throws(Failure) {
    let parts = try parts(of: target)
    guard let last = parts.last.map(String.init) else { throw RootFolder.failure("link", path, ENOENT) }
    // Not by `root.folder`, which would close the folder that the new name goes into.
    let folder = root.open(inside: parts.dropLast().joined(separator: "/"), flags: cposix_path_only | O_DIRECTORY)
    guard folder >= 0 else { throw RootFolder.failure("link", path, -folder) }
    defer { close(folder) }
    try remove(path, name, in: parent)
    guard linkat(folder, last, parent, name, 0) == 0 else { throw RootFolder.failure("link", path, errno) }
  }

  /// Makes room for a new entry.
  private func remove(_ path: String, _ name: String, in parent: Int32) throws(Failure) {
    if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM, unlinkat(parent, name, AT_REMOVEDIR) == 0 else {
      throw RootFolder.failure("replace", path, errno)
    }
  }

  private mutating func setOwner(_ descriptor: Int32, _ entry: ArchiveEntryPointer) {
    if fchown(descriptor, entry.userID, entry.groupID) != 0 { outcome.leftOut += 1 }
  }

  private mutating func setAttributes(_ descriptor: Int32, _ entry: ArchiveEntryPointer) {
    for (name, value) in entry.extendedAttributes {
      let status = value.withUnsafeBytes { cposix_set_attribute(descriptor, name, $0.baseAddress, $0.count) }
      if status != 0 { outcome.leftOut += 1 }
    }
  }

  private func setTime(_ descriptor: Int32, _ time: timespec) {
    // A time that the file system cannot hold stays the present.
    _ = [time, time].withUnsafeBufferPointer { futimens(descriptor, $0.baseAddress) }
  }
}

// MARK: - libarchive's entries

/// An entry of libarchive, valid until the next one is read.
struct ArchiveEntryPointer {
  fileprivate let pointer: OpaquePointer

  var path: String {
    text(archive_entry_pathname(pointer)) ?? text(archive_entry_pathname_utf8(pointer)) ?? ""
  }
  var hardLink: String? { text(archive_entry_hardlink(pointer)) }
  var symbolicLink: String { text(archive_entry_symlink(pointer)) ?? "" }
  var type: mode_t { archive_entry_filetype(pointer) }
  var mode: mode_t { archive_entry_perm(pointer) }
  var userID: uid_t { uid_t(truncatingIfNeeded: archive_entry_uid(pointer)) }
  var groupID: gid_t { gid_t(truncatingIfNeeded: archive_entry_gid(pointer)) }
  var time: timespec {
    timespec(tv_sec: archive_entry_mtime(pointer), tv_nsec: archive_entry_mtime_nsec(pointer))
  }
  var device: (major: UInt32, minor: UInt32) {
    (
      UInt32(truncatingIfNeeded: archive_entry_rdevmajor(pointer)),
      UInt32(truncatingIfNeeded: archive_entry_rdevminor(pointer))
    )
  }

  var extendedAttributes: [(name: String, value: [UInt8])] {
    var attributes: [(name: String, value: [UInt8])] = []
    archive_entry_xattr_reset(pointer)
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while archive_entry_xattr_next(pointer, &name, &value, &size) == ARCHIVE_OK, let found = name {
      let bytes = value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) } ?? []
      attributes.append((String(cString: found), bytes))
    }
    return attributes
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
}

extension ReadingArchive {
  /// The next entry as libarchive has it, or nothing at the end.
  func nextEntry() throws(Failure) -> ArchiveEntryPointer? { try nextPointer().map(ArchiveEntryPointer.init(pointer:)) }

  /// Writes the bytes of the entry that was read last.
  ///
  /// - Returns: how many there were, nil when they are more than `limit`; and the first of them.
  func copyCurrent(
    to descriptor: Int32,
    path: String,
    limit: Int
  ) throws(Failure) -> (count: Int?, head: [UInt8]) {
    var total = 0
    var head: [UInt8] = []
    while true {
      let piece = try readCurrent(path)
      guard !piece.isEmpty else { return (total, head) }
      if total == 0 { head = Array(piece.prefix(20)) }
      total += piece.count
      guard total <= limit else { return (nil, head) }
      var rest = piece[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 {
          guard errno == EINTR else { throw RootFolder.failure("write", path, errno) }
        } else {
          rest = rest.dropFirst(written)
        }
      }
    }
  }
}
