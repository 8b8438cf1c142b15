// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Patterns
import Pipeline
import YAMLDocument

/// `to: usb`, `sata`, `sd` — an image that the running board writes to one of its media (spec jobs §5.5).
struct StorageDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? {
    facts.needsOverlay && !facts.transfersOverlay
      ? "'to: \(deploy.target.rawValue)' with the tests' overlay in the image (without 'transfer_overlay')"
      : deploy.plannedOnlyFile
  }

  var actions: [Action] {
    Action("storage-deploy", summary: "write the image to '\(deploy.medium ?? "")'") {
      if facts.needsOverlay { OverlayActions(context: context, facts: facts) }
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      if facts.needsOverlay {
        // The booted board fetches it: see `plannedOnly`.
        Action("apply-overlay-image", summary: "put the overlay into the image", timeoutFailure: .infrastructure)
      }
      Action("dd-image", summary: "let the board fetch and write the image", defaultTimeout: .seconds(600), run: write)
      DeviceEnvironment(facts: facts)
    }
  }

  private func write(_ run: ActionRun) async throws(Failure) {
    let session = try runningSession()
    guard let image = context.withState(of: facts.name, { state in state.images.last { $0.label == label } }) else {
      throw Failure(.bug, "no-image", "the image of the deploy was not fetched")
    }
    let url = try await context.publish(image: image, of: facts.name)
    let command = try MediumCommand(deploy, on: context.device)
    let line = try command.line(url: url)
    session.setCharacterDelay(context.device.characterDelays.deploy)
    // A name that is no device yet would become a file.
    if line.contains(command.device) { try await session.runChecked(command.wait, run) }
    try await session.type(command: line)
    for prompt in [deploy.writing.download?.prompt, deploy.writing.writer?.prompt].compactMap(\.self) {
      try await wait(for: [prompt], session, run)
    }
    if deploy.writing.endPrompts.isEmpty, deploy.writing.writer == nil {
      try await waitForCopy(of: try FileSystem.size(of: image.path), session, run)
    } else {
      let ends = deploy.writing.endPrompts
      try await wait(for: ends.isEmpty ? Self.ends : ends, session, run)
      try await session.waitForPrompt(run)
    }
    // A board that loses its power keeps only what has reached the medium.
    try await session.run("sync", run)
    run.record("image", .string(image.label))
  }

  private var label: String { deploy.files.first?.label ?? "image" }

  /// What `dd` says at its end.
  private static let ends = [#"[0-9]+\+[0-9]+ records out"#, #"[0-9]+ bytes \(.*\) copied"#]

  private func wait(for patterns: [String], _ session: BoardSession, _ run: ActionRun) async throws(Failure) {
    run.tellWait(for: patterns)
    try await session.wait(for: patterns)
  }

  /// Waits for what `dd` says of its work, and for the prompt.
  ///
  /// - Throws: an infrastructure failure when fewer bytes were written than the image has: a download that broke off
  ///   is an end like any other to `dd`.
  private func waitForCopy(of size: Int, _ session: BoardSession, _ run: ActionRun) async throws(Failure) {
    try await wait(for: [Self.ends[0]], session, run)
    let prompts = session.prompts
    let set = try BoardSession.compiled { () throws(PatternError) in
      try PatternSet([#"(?P<count>[0-9]+) bytes"#] + prompts)
    }
    let match = try await session.console.expect(set)
    guard let text = match.text(of: "count"), let count = Int(text) else {
      return run.log(.debug, "dd does not say how many bytes it wrote")
    }
    guard count == size else {
      throw Failure(
        .infrastructure,
        "image-incomplete",
        "the board wrote \(count) bytes to '\(deploy.medium ?? "")', of \(size) that the image has",
        advice:
          "The console log shows what its download program said: a network that breaks off, or a medium that is full."
      )
    }
    try await session.waitForPrompt(run)
  }

  /// The system that writes: that of the namespace, or where that has none yet, the board that was last used.
  private func runningSession() throws(Failure) -> BoardSession {
    let hasOwn = context.withState(of: facts.name) { $0.session != nil }
    let session = try context.session(of: hasOwn ? facts.name : context.usedConsole.current ?? facts.name)
    guard session.isAtShell else {
      throw Failure(
        .job,
        "no-running-system",
        "no system runs on the board that could write '\(deploy.medium ?? "")'",
        advice: "Boot one first, such as from a ramdisk, in a namespace of its own."
      )
    }
    return session
  }
}

/// The command line by which a board writes an image to a medium (spec jobs §5.5).
struct MediumCommand {
  private let writing: MediumWriting
  /// The medium's name on the board.
  let device: String

  /// Waits some seconds until the medium is there: disks show up a while after their drivers.
  var wait: String {
    "for i in 1 2 3 4 5 6 7 8 9 10; do test -b '\(device)' && break; sleep 1; done; test -b '\(device)'"
  }

  /// - Throws: a configuration failure where the device does not know the medium.
  init(_ deploy: Deploy, on board: Device) throws(Failure) {
    let name = deploy.medium ?? ""
    guard let uuid = board.parameters["media"]?[deploy.target.rawValue]?[name]?["uuid"]?.string, !uuid.isEmpty else {
      throw Failure(
        .configuration,
        "unknown-medium",
        "the device \(board.file) has no medium '\(name)' under parameters.media.\(deploy.target.rawValue)",
        advice: "Give it its 'uuid': the name that it has in /dev/disk/by-id on the board."
      )
    }
    writing = deploy.writing
    device = "/dev/disk/by-id/\(uuid)"
  }

  /// - Parameter url: of the image.
  /// - Throws: a job failure where nothing would fetch it.
  func line(url: String) throws(Failure) -> String {
    var parts: [String] = []
    if let download = writing.download { parts.append("\(download.path) \(download.options)") }
    if let writer = writing.writer {
      parts.append("\(writer.path) \(writer.options)")
    } else {
      parts.append("dd of='{DEVICE}' bs=4M")
    }
    let line = parts.joined(separator: " | ")
    guard line.contains("{DOWNLOAD_URL}") else {
      throw Failure(
        .job,
        "no-download",
        "nothing in the deploy fetches the image",
        advice: "Add 'download: {tool: /usr/bin/wget, options: -O - {DOWNLOAD_URL}, prompt: …}'."
      )
    }
    return line.replacing("{DOWNLOAD_URL}", with: url).replacing("{DEVICE}", with: device)
  }
}
