// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Glibc

/// What is taken of an archive, and what is refused.
package struct UnpackingRules: Sendable, Hashable {
  /// How many leading parts each name loses, as with tar's `--strip-components`; what has no more is left out.
  package var strippedComponents = 0
  /// Parts of a path that make an entry left out: `.git`.
  package var omittedNames: Set<String> = []
  /// Whether a symbolic link may lead out of the root. Nothing follows it there on this host either way.
  package var allowsOuterLinks = false
  /// The most entries.
  package var entryLimit = 200_000
  /// The most bytes that all files may have together.
  package var byteLimit = 4 << 30

  package init() {}

  /// - Throws: `archive-too-large` beyond the limits.
  package func check(entries: Int, bytes: Int) throws(Failure) {
    guard entries <= entryLimit else { throw .tooLarge("more than \(entryLimit) entries") }
    guard bytes <= byteLimit else { throw .tooLarge("more than \(byteLimit) bytes") }
  }
}

extension ArchiveTree {
  /// Reads an archive (tar or cpio; plain or packed with gzip, bzip2, xz or zstd) and lays the bytes of its files one
  /// after the other into a single new file. No other file, folder or link is made on this host, so none of the
  /// archive's names can lead anywhere.
  ///
  /// - Parameters:
  ///   - archive: the archive's path.
  ///   - data: the file that holds the bytes from then on; the tree's contents are slices of it.
  /// - Throws: `archive-hostile` for a name that is absolute or has a `..`, for a link that leads out, for a device or
  ///   a fifo; `archive-too-large` beyond the limits; what libarchive said of an archive that cannot be read.
  package init(unpacking archive: String, to data: String, rules: UnpackingRules) throws(Failure) {
    self.init()
    let file = try HostFile(archive, flags: O_RDONLY)
    let reading = try ReadingArchive()
    try reading.open(file)
    let output = try HostFile(data, flags: O_WRONLY | O_CREAT | O_TRUNC)
    var count = 0
    var offset = 0
    // Hard links count as well: each becomes a file of its own.
    var byteCount = 0
    while let member = try reading.next() {
      count += 1
      try rules.check(entries: count, bytes: byteCount)
      guard member.isNamedInUTF8 else {
        leaveOut(member.path)
        continue
      }
      guard let path = try Self.path(member.path, rules) else { continue }
      switch member.kind {
      case .directory: try add(ArchiveEntry(path, mode: member.mode, .directory))
      case .symbolicLink(let target):
        guard rules.allowsOuterLinks || Self.isInside(target, from: path) else {
          throw .hostile(member.path, "is a link that leads out, to '\(target)'")
        }
        try add(ArchiveEntry(path, mode: 0o777, .symbolicLink(to: target)))
      case .hardLink(let target):
        guard let original = try Self.path(target, rules).flatMap({ self[$0] }), case .file = original.content else {
          throw .hostile(member.path, "is a hard link to '\(target)', which is no file before it")
        }
        byteCount += self.byteCount(of: original)
        try rules.check(entries: count, bytes: byteCount)
        try add(ArchiveEntry(path, mode: original.mode, original.content))
      case .special: throw .hostile(member.path, "is a device, a fifo or a socket")
      case .file:
        let size = try reading.copyCurrent(member, to: output, limit: rules.byteLimit - byteCount)
        try add(ArchiveEntry(path, mode: member.mode, .file(.slice(of: data, offset: offset, count: size))))
        offset += size
        byteCount += size
      }
    }
  }

  /// The path of an entry below the root, nil where it is left out.
  private static func path(_ name: String, _ rules: UnpackingRules) throws(Failure) -> String? {
    guard !name.hasPrefix("/") else { throw .hostile(name, "is an absolute path") }
    let parts = name.split(separator: "/").filter { $0 != "." }
    guard !parts.contains("..") else { throw .hostile(name, "has '..' in its path") }
    let rest = parts.dropFirst(rules.strippedComponents)
    guard !rest.isEmpty, !rest.contains(where: { rules.omittedNames.contains(String($0)) }) else { return nil }
    return rest.joined(separator: "/")
  }

  /// Whether a link at `path` stays below the root, as far as its text says.
  private static func isInside(_ target: String, from path: String) -> Bool {
    guard !target.hasPrefix("/") else { return false }
    var depth = path.split(separator: "/").count - 1
    for part in target.split(separator: "/") where part != "." {
      depth += part == ".." ? -1 : 1
      if depth < 0 { return false }
    }
    return true
  }
}

extension Failure {
  static func tooLarge(_ what: String) -> Failure {
    Failure(
      .job,
      "archive-too-large",
      "there are \(what)",
      advice: "Pack only what the tests need."
    )
  }
}
