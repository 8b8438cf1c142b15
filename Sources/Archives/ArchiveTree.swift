// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// Files, folders and symbolic links below a root, ready to be put into another archive: what an archive or a folder of
/// this host held.
///
/// Nothing in it stands outside of the root, nor below a file or a link, so that whoever unpacks it stays inside.
package struct ArchiveTree: Sendable {
  private var nodes: [String: ArchiveEntry] = [:]
  /// What was left out because its name is no UTF-8, as it can be shown.
  package private(set) var unnamable: [String] = []

  package init() {}

  package var isEmpty: Bool { nodes.isEmpty }

  /// The entry at a path as it stands there: a link is not followed.
  package subscript(path: String) -> ArchiveEntry? { nodes[path] }

  /// Notes a name that is no UTF-8, and that the tree therefore cannot have.
  package mutating func leaveOut(_ name: String) { unnamable.append(name) }

  /// Each folder before what it holds, names in the order of their bytes.
  package var entries: [ArchiveEntry] {
    nodes.values.map { (entry: $0, key: $0.path.utf8.map { $0 == UInt8(ascii: "/") ? 0 : $0 }) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map(\.entry)
  }

  /// Puts an entry in, with the folders above it where they are missing. A file or link that is there is replaced.
  ///
  /// - Throws: `archive-hostile` for a path that leaves the root or goes through a file or a link, for a folder that a
  ///   file is to replace, and for a hard link, which a tree does not have.
  package mutating func add(_ entry: ArchiveEntry) throws(Failure) {
    let parts = entry.path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }),
      entry.path.utf8.count <= 4096
    else { throw .hostile(entry.path, "is no path of a file below the root") }
    var parent = ""
    for part in parts.dropLast() {
      parent += parent.isEmpty ? part : "/\(part)"
      switch nodes[parent]?.content {
      case nil: nodes[parent] = ArchiveEntry(parent, mode: 0o755, .directory)
      case .directory: break
      case .symbolicLink: throw .hostile(entry.path, "goes through the link '\(parent)'")
      case .file, .hardLink: throw .hostile(entry.path, "goes through the file '\(parent)'")
      }
    }
    if case .hardLink = entry.content { throw .hostile(entry.path, "is a hard link to something else") }
    if nodes[entry.path]?.content == .directory, entry.content != .directory {
      throw .hostile(entry.path, "is a folder and something else")
    }
    nodes[entry.path] = entry
  }
}

extension ArchiveTree {
  /// What all its files have together, in bytes; those of files that this host still holds as a whole count as nothing.
  package var byteCount: Int { nodes.values.reduce(0) { $0 + byteCount(of: $1) } }

  func byteCount(of entry: ArchiveEntry) -> Int {
    if case .file(let content) = entry.content { content.byteCount ?? 0 } else { 0 }
  }
}

extension Failure {
  /// A name in an archive that no honest program would have written.
  static func hostile(_ path: String, _ what: String) -> Failure {
    Failure(
      .job,
      "archive-hostile",
      "'\(path)' in the archive \(what)",
      advice: "Nothing of the archive was used; pack it again without this entry."
    )
  }
}
