// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What `from` can be (spec test-shell §5.1).
private enum DefinitionOrigin: String, CaseIterable {
  case inline, git, url, tar, file, bzr
}

extension Reading {
  /// An item of `definitions`. What is wrong inside an inline one is found where it is read whole.
  func definition(_ item: YAMLNode) -> DefinitionItem? {
    guard var reader = MappingReader(item, what: "the definition", reading: self) else { return nil }
    // Read where the definition is rendered.
    reader.accept("parameters", "params", "skip_install", "lava-signal", "expected")
    reader.correct(["from", "name", "path", "repository"])
    defer { reader.close() }
    let origin: DefinitionOrigin? = reader.choice("from", required: true)
    if origin == .inline {
      inlineDefinitions.append(reader.node)
      reader.accept("name", "path", "repository")
      guard let name = reader.node["name"]?.value.string, let path = reader.node["path"]?.value.string else {
        return nil
      }
      return DefinitionItem(name: name, path: path, source: .inline, node: reader.node)
    }
    let name = reader.filledString("name", required: true)
    let path = reader.filledString("path", required: true)
    let repository = repository(&reader, of: origin)
    guard let source = source(&reader, of: origin, at: repository ?? ""), repository != nil, let name, let path else {
      return nil
    }
    repositoryDefinitions.append(reader.node)
    return DefinitionItem(name: name, path: path, source: source, node: reader.node)
  }

  private func source(
    _ reader: inout MappingReader,
    of origin: DefinitionOrigin?,
    at repository: String
  ) -> DefinitionItem.Source? {
    switch origin {
    case .git: return .git(git(&reader, repository))
    case .url: return .url(archive(&reader, repository))
    case .tar: return .tar(archive(&reader, repository))
    case .file: return .file(path: repository)
    case .bzr: return .bzr(BazaarBranch(url: repository, revision: revision("revision", &reader)))
    case .inline: return .inline
    case nil:
      // Which of them it may have, `from` would say.
      reader.accept("branch", "revision", "history", "recursive", "shallow")
      reader.accept("compression", "strip-components", "headers")
      return nil
    }
  }

  private func git(_ reader: inout MappingReader, _ url: String) -> GitRepository {
    let branch = revision("branch", &reader)
    let revision = revision("revision", &reader)
    let isShallow = reader.bool("shallow") ?? true
    return GitRepository(
      url: url,
      branch: branch,
      revision: revision,
      isRecursive: reader.bool("recursive") ?? false,
      isShallow: isShallow && revision == nil,
      keepsHistory: reader.bool("history") ?? false
    )
  }

  private func archive(_ reader: inout MappingReader, _ url: String) -> DefinitionArchive {
    var archive = DefinitionArchive(url: url)
    archive.compression = compression(&reader)
    archive.strippedComponents = reader.int("strip-components", atLeast: 0) ?? 0
    archive.headers = headers(&reader)
    return archive
  }

  /// The name of a branch or revision, which cannot be taken for an option of the program that gets it.
  private func revision(_ key: String, _ reader: inout MappingReader) -> String? {
    guard let text = reader.filledString(key), let node = reader.node(key) else { return nil }
    guard !text.hasPrefix("-") else {
      report(.error, "not-a-name", "the name of a \(key) cannot begin with '-', as '\(text.shortened)' does", at: node)
      return nil
    }
    return text
  }

  /// The URL of a repository. Where the origin is not known, it may as well be an inline definition.
  private func repository(_ reader: inout MappingReader, of origin: DefinitionOrigin?) -> String? {
    guard let node = reader.node("repository", required: true, expected: "a URL") else { return nil }
    if case .mapping = node.content {
      guard let origin else { return nil }
      refuse(
        node,
        of: "'repository'",
        expected: "a URL",
        advice: "A definition that stands in the job itself is 'from: inline', not 'from: \(origin.rawValue)'."
      )
      return nil
    }
    let url = filledString(node, what: "'repository'")
    if let url { warnOfTemplate(url, at: node) }
    return url
  }
}
