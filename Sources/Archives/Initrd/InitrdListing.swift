// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Glibc

/// What an initial ramdisk holds, as far as it matters to who puts something behind it: the kernel unpacks archives one
/// after the other into one root, and a folder there replaces a link of the same name.
package struct InitrdListing: Sendable {
  /// What stands at a path, for looking up others.
  private enum Node: Sendable, Hashable {
    case folder, other
    case link(to: String)
  }

  private var nodes: [String: Node] = [:]
  /// The processor of the first program in it.
  package private(set) var machine: ELFMachine?
  /// Whether all of it could be read; not so where it is packed in a way that we do not know, or is no cpio archive.
  package private(set) var isComplete = true

  /// More than any ramdisk has: an archive may come from anywhere.
  private static let mostEntries = 1_000_000

  /// Reads a ramdisk: cpio archives, padded with zeros, and behind them one that is packed with gzip, bzip2, xz or zstd
  /// (Documentation/driver-api/early-userspace/buffer-format).
  ///
  /// - Throws: where the file cannot be read. One that is damaged, or something else, is incomplete.
  package init(of path: String) throws(Failure) {
    let file = try HostFile(path, flags: O_RDONLY)
    var reader = CpioHeaders(file, size: try file.regularSize())
    while let entry = try reader.next() {
      guard nodes.count < Self.mostEntries else {
        isComplete = false
        return
      }
      note(entry.path, entry.mode, entry.mode & S_IFMT == S_IFLNK ? String(decoding: entry.head, as: UTF8.self) : "")
      note(program: entry.head, entry.mode)
    }
    let end = reader.offset
    guard end < reader.size else { return }
    do throws(Failure) {
      try file.seek(end, SEEK_SET)
      try readPacked(file)
    } catch {
      isComplete = false
    }
  }

  private mutating func readPacked(_ file: borrowing HostFile) throws(Failure) {
    let reading = try ReadingArchive()
    try reading.open(file)
    while let member = try reading.next() {
      guard nodes.count < Self.mostEntries else { return isComplete = false }
      switch member.kind {
      case .directory: note(member.path, S_IFDIR, "")
      case .symbolicLink(let target): note(member.path, S_IFLNK, target)
      case .file:
        note(member.path, S_IFREG, "")
        if machine == nil, member.mode & 0o111 != 0 {
          note(program: try reading.readCurrent(member.path), S_IFREG | mode_t(member.mode))
        }
      case .hardLink, .special: note(member.path, S_IFREG, "")
      }
    }
  }

  private mutating func note(_ name: String, _ mode: mode_t, _ target: String) {
    let path = name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    guard !path.isEmpty else { return }
    nodes[path] =
      switch mode & S_IFMT {
      case S_IFDIR: .folder
      case S_IFLNK: .link(to: target)
      default: .other
      }
  }

  private mutating func note(program head: [UInt8], _ mode: mode_t) {
    guard machine == nil, mode & S_IFMT == S_IFREG, mode & 0o111 != 0 else { return }
    machine = ELFMachine(head)
  }

  // MARK: Additions

  /// The entries as they have to stand behind the ramdisk: where its links lead to folders they go there, and folders that
  /// are there already are left out, so that none replaces a link and none changes its mode.
  ///
  /// - Parameter entries: each folder before what it holds.
  package mutating func additions(_ entries: [ArchiveEntry]) -> [ArchiveEntry] {
    var additions: [ArchiveEntry] = []
    for entry in entries {
      var entry = entry
      let parts = entry.path.split(separator: "/")
      guard let name = parts.last else { continue }
      let parent = resolved(parts.dropLast().joined(separator: "/"), depth: 0)
      entry.path = parent.isEmpty ? String(name) : "\(parent)/\(name)"
      if case .hardLink(let target) = entry.content {
        let parts = target.split(separator: "/")
        let folder = resolved(parts.dropLast().joined(separator: "/"), depth: 0)
        entry.content = .hardLink(to: folder.isEmpty ? target : "\(folder)/\(parts.last ?? "")")
      }
      if entry.content == .directory {
        // Of a ramdisk that cannot be read the folders at its root are taken for granted.
        guard nodes[resolved(entry.path, depth: 0)] != .folder, isComplete || !parent.isEmpty else { continue }
        nodes[entry.path] = .folder
      }
      additions.append(entry)
    }
    return additions
  }

  /// The path behind the links of its folders.
  private func resolved(_ path: String, depth: Int) -> String {
    var result: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." {
        _ = result.popLast()
        continue
      }
      let here = (result + [part]).joined(separator: "/")
      guard case .link(let target)? = nodes[here], depth < 40 else {
        result.append(part)
        continue
      }
      let whole = target.hasPrefix("/") ? target : result.joined(separator: "/") + "/" + target
      result = resolved(whole, depth: depth + 1).split(separator: "/")
    }
    return result.joined(separator: "/")
  }
}
