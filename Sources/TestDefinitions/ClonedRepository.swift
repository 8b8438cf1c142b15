// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// An item of `install.git-repos`: a repository that the host clones into the definition's folder (spec test-shell §5.5).
package struct ClonedRepository: Sendable, Hashable {
  package var url: String
  /// The repository's default branch where nothing is given.
  package var branch: String?
  /// The name of the folder, directly in the definition's.
  package var destination: String
}

extension ClonedRepository {
  /// Reads the `git-repos` of a definition; what is wrong with them goes to `reader`.
  ///
  /// - Parameter parameters: what `url`, `branch` and `destination` may name; a later one of the same name wins.
  static func all(
    in node: YAMLNode,
    _ parameters: [DefinitionParameter],
    _ reader: inout NodeReader
  ) -> [ClonedRepository] {
    var repositories: [ClonedRepository] = []
    for item in reader.items(node, "'install.git-repos'") {
      guard let repository = ClonedRepository(item, parameters, &reader) else { continue }
      if repositories.contains(where: { $0.destination == repository.destination }) {
        reader.report(
          "git-repos-twice",
          "two repositories of 'git-repos' have the same folder '\(repository.destination)'",
          at: item,
          advice: "Give one of them another 'destination'."
        )
      }
      repositories.append(repository)
    }
    return repositories
  }

  private init?(_ item: YAMLNode, _ parameters: [DefinitionParameter], _ reader: inout NodeReader) {
    func text(_ key: String) -> String? {
      guard let value = item[key]?.value, value != .null else { return nil }
      let word = PythonText.plain(value)
      return parameters.last { $0.name == word }.map { PythonText.plain($0.value) } ?? word
    }
    if case .string(let url) = item.value {
      self.init(url: url, destination: Self.folder(of: url))
    } else if case .mapping(let entries) = item.content {
      reader.warnOfUnknownKeys(
        in: entries,
        of: "an item of 'git-repos'",
        known: ["url", "branch", "destination", "skip_by_default"]
      )
      let url = text("url") ?? ""
      self.init(url: url, branch: text("branch"), destination: text("destination") ?? Self.folder(of: url))
    } else {
      reader.report(
        "git-repos-item",
        "an item of 'git-repos' should be a URL or a mapping, this is \(item.kindName)",
        at: item,
        advice: item.quotingAdvice
      )
      return nil
    }
    guard !url.isEmpty else {
      reader.report("git-repos-url", "an item of 'git-repos' has no 'url'", at: item, advice: "Add 'url:'.")
      return nil
    }
    let place = item["destination"] ?? item
    guard !destination.isEmpty, !destination.contains("/"), destination != ".", destination != ".." else {
      reader.report(
        "git-repos-destination",
        "Destination path is unacceptable \(destination)",
        at: place,
        expected: "the name of a folder, without '/'"
      )
      return nil
    }
    if DefinitionFolder.generatedFiles.contains(destination) {
      reader.report(
        "git-repos-destination",
        "'\(destination)' is the name of a file that Pumice writes itself",
        at: place,
        advice: "Give the repository another 'destination'."
      )
      return nil
    }
  }

  /// The name that git would give the folder.
  private static func folder(of url: String) -> String {
    let name = url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? ""
    return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
  }
}
