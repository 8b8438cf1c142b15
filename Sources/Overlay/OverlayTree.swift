// SPDX-License-Identifier: Apache-2.0

package import Archives
package import Diagnostics

/// The files of an overlay, relative to its folder on the target, ready to be packed in any form.
package struct OverlayTree: Sendable {
  /// The overlay's folder on the target, absolute.
  package let resultsDirectory: String
  /// Files of the board's own folders, relative to its root.
  var boardFiles: [OverlayFile] = []
  private var nodes: [String: Node] = [:]

  private struct Node {
    var mode: UInt32
    var content: Content
  }

  private enum Content {
    case directory
    case file(ArchiveEntry.FileContent)
    /// The same file as another one, by its path.
    case same(as: String)
    case symbolicLink(to: String)
  }

  /// An empty overlay.
  /// - Throws: `results-dir` for a folder that is not absolute, or is the root.
  package init(resultsDirectory: String) throws(Failure) {
    let parts = resultsDirectory.split(separator: "/")
    guard resultsDirectory.hasPrefix("/"), !parts.isEmpty, parts.allSatisfy({ $0 != "." && $0 != ".." }) else {
      throw Failure(
        .job,
        "results-dir",
        "the overlay cannot stand in '\(resultsDirectory)'",
        advice: "Use an absolute path below the root, such as /lava-%s."
      )
    }
    self.resultsDirectory = "/" + parts.joined(separator: "/")
  }

  /// The overlay's members, each folder before what it holds, names in the order of their bytes.
  /// - Parameter prefix: what every path begins with, without a `/` at its end; empty for none.
  package func entries(under prefix: String) -> [ArchiveEntry] {
    // Where the content of a file that has several names was put: at the first of them.
    var firstNames: [String: String] = [:]
    return sortedPaths.compactMap { path in
      guard let node = nodes[path] else { return nil }
      let name = prefix.isEmpty ? path : "\(prefix)/\(path)"
      switch node.content {
      case .directory: return ArchiveEntry(name, mode: node.mode, .directory)
      case .symbolicLink(let target): return ArchiveEntry(name, mode: node.mode, .symbolicLink(to: target))
      case .file, .same:
        let original = original(of: path)
        if let first = firstNames[original] { return ArchiveEntry(name, mode: node.mode, .hardLink(to: first)) }
        firstNames[original] = name
        guard case .file(let content)? = nodes[original]?.content else { return nil }
        return ArchiveEntry(name, mode: node.mode, .file(content))
      }
    }
  }

  mutating func addDirectory(_ path: String, mode: UInt32 = 0o755) throws(Failure) {
    try add(path, Node(mode: mode, content: .directory))
  }

  mutating func addSymbolicLink(_ path: String, to target: String) throws(Failure) {
    try add(path, Node(mode: 0o777, content: .symbolicLink(to: target)))
  }

  /// Adds a file, and the folders above it where they are missing. A file of the same name is replaced.
  ///
  /// - Parameter folder: empty for the overlay's own.
  mutating func add(_ file: OverlayFile, in folder: String) throws(Failure) {
    try add(folder.isEmpty ? file.path : "\(folder)/\(file.path)", Node(mode: file.mode, content: .file(file.content)))
  }

  mutating func add(_ text: String, at path: String, mode: UInt32 = 0o644) throws(Failure) {
    try add(path, Node(mode: mode, content: .file(.bytes(Array(text.utf8)))))
  }

  /// Gives a file that is there another name. It must not be replaced later.
  mutating func link(_ path: String, to target: String) throws(Failure) {
    guard let node = nodes[target], case .file = node.content else {
      throw Failure(.bug, "overlay-link", "'\(path)' cannot be a name of '\(target)', which is no file of the overlay")
    }
    try add(path, Node(mode: node.mode, content: .same(as: target)))
  }

  private mutating func add(_ path: String, _ node: Node) throws(Failure) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
      throw Failure(.job, "overlay-path", "'\(path)' is not a path inside the overlay")
    }
    var parent = ""
    for part in parts.dropLast() {
      parent += parent.isEmpty ? part : "/\(part)"
      switch nodes[parent]?.content {
      case nil: nodes[parent] = Node(mode: 0o755, content: .directory)
      case .directory: break
      case .file, .same, .symbolicLink: throw conflict(parent)
      }
    }
    if let there = nodes[path] {
      let isFolder = if case .directory = node.content { true } else { false }
      let wasFolder = if case .directory = there.content { true } else { false }
      guard isFolder == wasFolder else { throw conflict(path) }
    }
    nodes[path] = node
  }

  private func conflict(_ path: String) -> Failure {
    Failure(
      .job,
      "overlay-conflict",
      "'\(path)' would be both a file and a folder in the overlay",
      advice: "Give one of the two another name."
    )
  }

  private func original(of path: String) -> String {
    if case .same(let target)? = nodes[path]?.content { return target }
    return path
  }

  /// A folder comes before what it holds, and that before the folder's next neighbour: compare by components.
  private var sortedPaths: [String] {
    nodes.keys.map { (path: $0, key: $0.utf8.map { $0 == UInt8(ascii: "/") ? 0 : $0 }) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map(\.path)
  }
}
