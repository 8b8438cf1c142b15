// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import Pipeline

/// A container on this host, run by docker or by podman, which take the same command lines. They are argument vectors:
/// no shell sees what a job says.
struct Container: Sendable {
  /// Programs that run containers, in the order in which they are looked for.
  private static let programs = ["docker", "podman"]

  /// By path.
  let program: String
  /// By which it can be removed.
  let name: String
  let image: String
  /// What it sees of this host.
  var mounts: [(source: String, destination: String)] = []
  var environment: [(name: String, value: String)] = []
  /// What runs in it.
  var command: [String] = []

  /// - Parameter program: by name or path; nil for the first that is there.
  init(name: String, image: String, program: String?) throws(Failure) {
    self.name = name
    self.image = image
    if let program {
      self.program = try Programs.require(program)
      return
    }
    guard let found = Self.programs.lazy.compactMap({ Programs.find($0) }).first else {
      throw Failure(
        .infrastructure,
        "program-missing",
        "this host has no program that runs containers: neither docker nor podman is installed",
        advice: "Install one of them, or name another with 'container_program' of the device."
      )
    }
    self.program = found
  }

  /// What starts it on a terminal. The image has to be there.
  var start: [String] {
    var words = [program, "run", "--rm", "--interactive", "--tty", "--pull=never", "--name=\(name)"]
    for mount in mounts {
      let fields = ["type=bind", "source=\(mount.source)", "destination=\(mount.destination)"]
      words.append("--mount=\(fields.map(Self.field).joined(separator: ","))")
    }
    for variable in environment { words.append("--env=\(variable.name)=\(variable.value)") }
    return words + [image] + command
  }

  /// A field of comma-separated values (RFC 4180).
  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  /// Fetches the image.
  ///
  /// - Throws: an infrastructure failure with what the program said last.
  func pull(_ run: ActionRun) async throws(Failure) {
    let events = run.events
    let result = try await HostCommand.run([program, "pull", image]) { events.log(.debug, ">> \($0.text)") }
    guard !result.status.isSuccess else { return }
    throw Failure(
      .infrastructure,
      "image-not-pulled",
      "the image '\(image)' could not be fetched: \(result.status)",
      advice: "Try '\(program) pull \(image)' by hand; 'local: true' takes an image that is here already.",
      cause: result.text.split(separator: "\n").last.map(String.init)
    )
  }

  /// Ends the container, whatever runs in it, and removes it. One that is gone already is fine.
  func remove(_ run: ActionRun) async throws(Failure) {
    let result = try await HostCommand.run([program, "rm", "--force", name])
    if !result.status.isSuccess { run.log(.debug, "\(program) rm: \(result.text)") }
  }
}
