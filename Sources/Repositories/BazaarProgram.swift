// SPDX-License-Identifier: Apache-2.0

internal import Consoles
package import Diagnostics
internal import Files

/// What is wanted of a branch of Bazaar.
package struct BazaarRequest: Sendable, Hashable {
  /// A URL or an absolute path.
  package let location: String
  /// A revision as `bzr help revisionspec` describes it; the last one where nothing is given.
  package let revision: String?

  /// - Parameters:
  ///   - text: as the job says it.
  ///   - folder: where a relative path starts.
  package init(_ text: String, revision: String?, from folder: String) throws(Failure) {
    // `lp:` is Launchpad's own.
    let isURL = text.contains("://") || text.hasPrefix("lp:")
    guard !text.isEmpty, !text.hasPrefix("-"), revision?.hasPrefix("-") != true,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
    else {
      throw Failure(
        .job,
        "bzr-url",
        "'\(text)' is not the address of a branch of Bazaar",
        advice: "Use a URL, or the path of a folder."
      )
    }
    location = isURL ? text : Paths.absolute(text, from: folder)
    self.revision = revision
  }
}

/// The host's Breezy or Bazaar.
struct BazaarProgram: Sendable {
  /// Told of each command.
  let log: @Sendable (String) -> Void

  /// Writes the files of a branch into a tar archive.
  ///
  /// - Returns: the revision's id, where the program says it.
  func export(_ request: BazaarRequest, to archive: String) async throws(Failure) -> String? {
    let program = try program()
    let revision = request.revision.map { ["--revision=\($0)"] } ?? []
    let export = try await run(
      [program, "export", "--format=tar", "--root="] + revision + ["--", archive, request.location]
    )
    guard export.isSuccess else {
      throw Failure(
        .infrastructure,
        "bzr-fetch",
        "cannot get the branch '\(request.location)'",
        advice: "Check the address and the revision, and that this host reaches it.",
        cause: export.lastLines
      )
    }
    let information = try await run([program, "revision-info", "--directory=\(request.location)"] + revision)
    guard information.isSuccess else { return nil }
    // `<number> <id>`.
    return information.text.split(whereSeparator: \.isWhitespace).last.map(String.init)
  }

  private func program() throws(Failure) -> String {
    if let path = Programs.find("brz") { return path }
    if let path = Programs.find("bzr") { return path }
    return try Programs.require("brz", package: "brz")
  }

  private func run(_ words: [String]) async throws(Failure) -> ProgramOutput {
    log(words.joined(separator: " "))
    return ProgramOutput(try await HostCommand.run(words, environment: ["LC_ALL": "C.UTF-8", "BRZ_LOG": "/dev/null"]))
  }
}
