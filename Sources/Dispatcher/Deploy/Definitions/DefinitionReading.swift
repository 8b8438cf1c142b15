// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Downloads
import JobModel
import Repositories
import TestDefinitions
import YAMLDocument

extension Job {
  /// The largest file of a test definition that is read.
  private static let sizeLimit = 16 << 20

  /// Reads a definition of the job.
  ///
  /// - Parameter tree: the repository's files, where the definition is in one.
  func read(_ item: DefinitionItem, in tree: ArchiveTree = ArchiveTree()) throws(Failure) -> TestDefinition {
    guard let origin = TestDefinition.Origin(rawValue: item.source.kind), let url = item.source.shownURL else {
      do throws(DiagnosticList) {
        return try TestDefinition(inline: item.node, file: file)
      } catch {
        throw Failure(error, of: item, advice: "Run 'pumice validate' on the job: it shows every error with its place.")
      }
    }
    guard let content = tree.file(at: item.path) else { throw missing(item, in: tree, of: url) }
    let bytes = try content.read(limit: Self.sizeLimit)
    do throws(DiagnosticList) {
      let document = try YAMLDocument(parsing: bytes, file: "\(url):\(item.path)")
      return try TestDefinition(entry: item.node, file: file, document: document, origin: origin)
    } catch {
      throw Failure(error, of: item, advice: "Correct it in the repository, or name another 'revision' of it.")
    }
  }

  private func missing(_ item: DefinitionItem, in tree: ArchiveTree, of url: String) -> Failure {
    let nearest = tree.nearestFiles(to: item.path).map { "'\($0)'" }
    return Failure(
      .job,
      "definition-missing",
      // LAVA's words (spec test-shell §5.1).
      "Unable to open test definition '\(item.path)': there is no such file in \(url)",
      advice: nearest.isEmpty ? "Check 'path'." : "Did you mean \(nearest.joined(separator: " or "))?",
      place: place(of: item.node["path"] ?? item.node)
    )
  }
}

extension Failure {
  /// What is wrong with a definition: the first error is told, the others follow with their places.
  fileprivate init(_ findings: DiagnosticList, of item: DefinitionItem, advice: String) {
    let errors = findings.items.filter { $0.severity == .error }
    let others = errors.dropFirst().map { error in
      [error.place.map { "\($0)" }, error.message].compactMap(\.self).joined(separator: ": ")
    }
    self.init(
      .job,
      "definition",
      "the definition '\(item.name)' is invalid: \(errors.first?.message ?? "")",
      advice: errors.first?.advice ?? advice,
      place: errors.first?.place,
      cause: others.isEmpty ? nil : others.joined(separator: "\n")
    )
  }
}

extension DefinitionItem.Source {
  /// Where the definition is, as it may be shown; nil where that is the job itself.
  var shownURL: String? {
    switch self {
    case .inline: nil
    case .git(let repository): GitAddress.shown(repository.url)
    case .url(let archive), .tar(let archive): MaskedURL.text(archive.url)
    case .file(let path): path
    case .bzr(let branch): branch.url
    }
  }

  /// What the job asks for of it.
  var revision: String? {
    switch self {
    case .git(let repository): repository.revision
    case .bzr(let branch): branch.revision
    case .inline, .url, .tar, .file: nil
    }
  }
}
