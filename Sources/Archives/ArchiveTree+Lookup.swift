// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Glibc

extension ArchiveTree {
  /// Linux follows no more links than this in one path.
  private static let linkLimit = 40

  /// The file that a path leads to. Links are followed, but never out of the tree.
  ///
  /// - Returns: nil where there is nothing, a folder, or a link that leads out or in circles.
  package func file(at path: String) -> ArchiveEntry.FileContent? {
    var links = 0
    var walked: [Substring] = []
    var rest = path.split(separator: "/")[...]
    var content: ArchiveEntry.Content = .directory
    while let part = rest.popFirst() {
      if part == "." { continue }
      if part == ".." {
        guard walked.popLast() != nil else { return nil }
        content = .directory
        continue
      }
      guard content == .directory, let entry = self[(walked + [part]).joined(separator: "/")] else { return nil }
      if case .symbolicLink(let target) = entry.content {
        links += 1
        guard links <= Self.linkLimit, !target.hasPrefix("/") else { return nil }
        rest = (target.split(separator: "/") + rest)[...]
        continue
      }
      walked.append(part)
      content = entry.content
    }
    if case .file(let file) = content { return file }
    return nil
  }

  /// The paths of files that somebody may have meant by a path that leads to none: the most likely first, at most
  /// `limit`.
  package func nearestFiles(to path: String, limit: Int = 3) -> [String] {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last else { return [] }
    let files = entries.compactMap { entry -> String? in
      if case .directory = entry.content { nil } else { entry.path }
    }
    // A slip in one part of the path; then the right name in another folder; then its neighbours of the same kind.
    let mended = [mend(parts, among: files)].compactMap { $0 }
    let named = files.filter { $0 == name || $0.hasSuffix("/\(name)") }
    let folder = parts.dropLast().map { "\($0)/" }.joined()
    let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    let neighbours = files.filter {
      $0.hasPrefix(folder) && !$0.dropFirst(folder.count).contains("/") && $0.hasSuffix(ending)
    }
    return (mended + named + neighbours).reduce(into: []) { found, next in
      if found.count < limit, !found.contains(next) { found.append(next) }
    }
  }

  /// The path with each part that is not there replaced by the nearest one that is.
  private func mend(_ parts: [String], among files: [String]) -> String? {
    var prefix = ""
    for (offset, part) in parts.enumerated() {
      let isLast = offset == parts.count - 1
      let wanted = prefix + part
      if isLast ? file(at: wanted) != nil : self[wanted]?.content == .directory {
        prefix = wanted + "/"
        continue
      }
      let names = files.lazy.filter { $0.hasPrefix(prefix) }.compactMap { file -> String? in
        let rest = file.dropFirst(prefix.count).split(separator: "/", maxSplits: 1)
        return rest.count == (isLast ? 1 : 2) ? String(rest[0]) : nil
      }
      guard let nearest = Suggestion.nearest(to: part, among: Set(names).sorted()) else { return nil }
      prefix += nearest + "/"
    }
    return String(prefix.dropLast())
  }
}

extension ArchiveEntry.FileContent {
  /// How many bytes it has, where that is known without a look at the disk.
  package var byteCount: Int? {
    switch self {
    case .bytes(let bytes): bytes.count
    case .hostFile: nil
    case .slice(_, _, let count): count
    }
  }

  /// All its bytes.
  ///
  /// - Parameter limit: how many there may be.
  package func read(limit: Int = .max) throws(Failure) -> [UInt8] {
    switch self {
    case .bytes(let bytes):
      try Self.check(bytes.count, limit)
      return bytes
    case .hostFile(let path):
      let file = try HostFile(path, flags: O_RDONLY)
      return try Self.read(try file.regularSize(), from: file, limit)
    case .slice(let path, let offset, let count):
      let file = try HostFile(path, flags: O_RDONLY)
      try file.seek(offset, SEEK_SET)
      return try Self.read(count, from: file, limit)
    }
  }

  private static func read(_ count: Int, from file: borrowing HostFile, _ limit: Int) throws(Failure) -> [UInt8] {
    try check(count, limit)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count { bytes += try file.readSome(of: count - bytes.count) }
    return bytes
  }

  private static func check(_ count: Int, _ limit: Int) throws(Failure) {
    guard count > limit else { return }
    throw Failure(.job, "file-too-large", "the file has \(count) bytes, \(limit) are allowed")
  }
}
