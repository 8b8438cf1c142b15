// SPDX-License-Identifier: Apache-2.0

internal import Archives
internal import Diagnostics

extension OverlayTree {
  /// How many bytes of files a definition has for itself alone, of those that it could share.
  private static let ownByteLimit = 1 << 20

  /// The folders of the definitions, and each stage's list of them.
  ///
  /// Definitions of one repository share its files by hard links: five of them cost the overlay, and the way to the board,
  /// what one costs. What is shared is shared for writing, too: a test that changes a file in place (`>`, `>>`, `chmod`)
  /// changes it for the others, where one that replaces it (`mv`, `sed -i`, unpacking) does not. Tests write beside
  /// themselves, so the small files of a definition's own folder are copies. The others stay links: taking them apart
  /// on the board would cost it the time and the room that LAVA's overlay needs, for all tests and not just for those
  /// that write into what they do not own.
  mutating func add(_ stages: [[OverlayDefinition]], usesHardLinks: Bool) throws(Failure) {
    var shared = SharedFiles()
    for (stage, definitions) in stages.enumerated() {
      let tests = "\(stage)/tests"
      try addDirectory(tests)
      for definition in definitions {
        let folder = "\(tests)/\(definition.name)"
        try addDirectory(folder)
        let generated = Set(definition.files.map { "\(folder)/\($0.path)" })
        for content in definition.contents {
          let own = usesHardLinks ? Self.ownPaths(of: definition, in: content) : nil
          try add(content, to: folder, besides: generated, own: own, &shared)
        }
        for file in definition.files { try add(file, in: folder) }
      }
      let lines = definitions.map { "\(resultsDirectory)/\(tests)/\($0.name)\n" }
      try add(lines.joined(), at: "\(stage)/lava-test-runner.conf")
    }
  }

  /// Where the overlay has the files that several definitions can share.
  private struct SharedFiles {
    struct Name: Hashable {
      let origin: String
      let path: String
    }

    var paths: [Name: String] = [:]
  }

  /// Adds the files of a repository to a definition's folder.
  ///
  /// - Parameters:
  ///   - generated: paths that other files take.
  ///   - own: the paths, as the repository has them, that are not shared; nil: none is.
  private mutating func add(
    _ content: OverlayContent,
    to folder: String,
    besides generated: Set<String>,
    own: Set<String>?,
    _ shared: inout SharedFiles
  ) throws(Failure) {
    let root = content.path.isEmpty ? folder : "\(folder)/\(content.path)"
    try addDirectory(root)
    for entry in content.tree.entries {
      let path = "\(root)/\(entry.path)"
      guard !generated.contains(path) else { continue }
      switch entry.content {
      case .directory: try addDirectory(path, mode: entry.mode)
      case .symbolicLink(let target): try addSymbolicLink(path, to: target)
      case .file(let bytes):
        let name = SharedFiles.Name(origin: content.origin, path: entry.path)
        let isShared = own.map { !$0.contains(entry.path) } ?? false
        if isShared, let first = shared.paths[name] {
          try link(path, to: first)
        } else {
          try add(OverlayFile(path, bytes, mode: entry.mode), in: "")
          if isShared { shared.paths[name] = path }
        }
      case .hardLink: throw Failure(.bug, "overlay-link", "a repository's '\(entry.path)' is a hard link")
      }
    }
  }

  /// The files that a definition does not share: those of its own folder, the smallest first, up to a limit.
  private static func ownPaths(of definition: OverlayDefinition, in content: OverlayContent) -> Set<String> {
    guard content.path.isEmpty else { return [] }
    let prefix = definition.ownFolder.isEmpty ? "" : "\(definition.ownFolder)/"
    let candidates = content.tree.entries.compactMap { entry -> (path: String, count: Int)? in
      guard case .file(let bytes) = entry.content, let count = bytes.byteCount, entry.path.hasPrefix(prefix),
        !prefix.isEmpty || !entry.path.contains("/")
      else { return nil }
      return (entry.path, count)
    }
    var left = ownByteLimit
    let fitting = candidates.sorted { ($0.count, $0.path) < ($1.count, $1.path) }.prefix { candidate in
      left -= candidate.count
      return left >= 0
    }
    return Set(fitting.map(\.path))
  }
}
