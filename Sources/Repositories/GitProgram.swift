// SPDX-License-Identifier: Apache-2.0

internal import Consoles
internal import Diagnostics
internal import Files
internal import Glibc

/// The host's git, started so that it asks nobody anything and runs no program that a repository names.
struct GitProgram: Sendable {
  /// Told of each command.
  let log: @Sendable (String) -> Void

  /// What a git that is started by another one's hook would take for its own (`git rev-parse --local-env-vars`).
  private static let foreignVariables = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_REPLACE_REF_BASE",
  ]

  private static let settings = [
    "core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "tar.umask=0022", "core.logAllRefUpdates=false",
    "advice.detachedHead=false", "pack.threads=1",
  ]

  private static let environment = [
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_ALLOW_PROTOCOL": GitAddress.protocols.joined(separator: ":"),
    // Its files come from a server of its own, by programs of its own.
    "GIT_LFS_SKIP_SMUDGE": "1",
  ]

  /// Runs a command on a repository.
  ///
  /// - Parameters:
  ///   - repository: its git folder.
  ///   - lock: a file that is locked while the command runs; whoever has it is waited for.
  ///   - address: what the command talks to, if it does.
  /// - Returns: what it printed, errors as well, and how it ended.
  func run(
    _ arguments: [String],
    in repository: String,
    lock: String? = nil,
    address: GitAddress? = nil
  ) async throws(Failure) -> ProgramOutput {
    var words: [String] = []
    if let lock { words += [try Programs.require("flock", package: "util-linux"), "--exclusive", lock] }
    words += ["/usr/bin/env"] + Self.foreignVariables.flatMap { ["-u", $0] }
    words += [try Programs.require("git", package: "git"), "--git-dir=\(repository)"]
    words += Self.settings.flatMap { ["-c", $0] }
    var environment = Self.environment
    if let address, let header = address.authorization {
      // In the environment, behind what stands there: a command line can be read by every user of this host.
      let count = getenv("GIT_CONFIG_COUNT").flatMap { Int(String(cString: $0)) } ?? 0
      environment["GIT_CONFIG_COUNT"] = "\(count + 1)"
      environment["GIT_CONFIG_KEY_\(count)"] = "http.\(address.location).extraHeader"
      environment["GIT_CONFIG_VALUE_\(count)"] = header
    }
    log("git \(arguments.joined(separator: " "))")
    return ProgramOutput(
      try await HostCommand.run(words + arguments, environment: environment, outputLimit: 16 << 20)
    )
  }

  /// The same for a command that has to succeed.
  @discardableResult
  func require(_ arguments: [String], in repository: String, lock: String? = nil) async throws(Failure) -> String {
    let output = try await run(arguments, in: repository, lock: lock)
    guard output.isSuccess else {
      throw Failure(
        .infrastructure,
        "git-failed",
        "'git \(arguments.first ?? "")' failed in '\(repository)'",
        advice: "Remove that folder, which is a copy, and try again.",
        cause: output.lastLines
      )
    }
    return output.text
  }

  /// Removes files while a lock is held.
  func remove(_ files: [String], lock: String) async throws(Failure) {
    let flock = try Programs.require("flock", package: "util-linux")
    log("removing what a git that was killed has left: \(files.joined(separator: " "))")
    let output = ProgramOutput(try await HostCommand.run([flock, "--exclusive", lock, "rm", "-f", "--"] + files))
    guard output.isSuccess else {
      throw Failure(.infrastructure, "git-failed", "cannot remove '\(files[0])'", cause: output.lastLines)
    }
  }
}
