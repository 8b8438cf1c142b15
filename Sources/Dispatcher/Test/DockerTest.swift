// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline
import YAMLDocument

/// `definitions` beside `docker` — runs the definitions in a container on this host (spec signals §12).
struct DockerTest: Strategy {
  /// LAVA's namespace of such tests, which no job can use.
  static let namespace = "docker-test-shell"
  private static let prompt = "docker-test-shell:"

  let context: JobContext
  let facts: NamespaceFacts
  let stage: Int
  let container: TestContainer?
  /// Whether there may be a container to remove.
  private let isStarted = Flag()

  init(context: JobContext, facts: NamespaceFacts, stage: Int, container: TestContainer?) {
    self.context = context
    self.facts = facts
    self.stage = stage
    self.container = container
  }

  var actions: [Action] {
    Action("lava-docker-test", summary: "run the definitions in a container", timeoutFailure: .timeout) {
      Action("lava-docker-test-set-environment", summary: "find the device's files", timeoutFailure: .timeout)
      OverlayActions(context: context, facts: facts.inContainer, name: "lava-create-overlay", isPacked: false)
      Action(
        "lava-docker-test-shell",
        summary: "run the container",
        timeoutFailure: .timeout,
        run: test,
        cleanup: remove
      )
      Action("read-feedback", summary: "read what the consoles have to say")
    }
  }

  private func test(_ run: ActionRun) async throws(Failure) {
    var container = try container(run)
    if self.container?.isLocal != true { try await container.pull(run) }
    container.mounts = [try mountOverlay(run)]
    container.environment = [("PS1", "docker-test-shell:$ ")]
    container.command = ["bash", "--norc", "-i"]
    run.log(.info, "Starting the container: \(container.start.joined(separator: " "))")
    isStarted.raise()
    do throws(Failure) {
      try await context.connect(.program(ConsoleCommand(container.start)), namespace: Self.namespace)
      let session = try context.session(of: Self.namespace)
      session.setPrompts([Self.prompt])
      try await session.waitForPrompt(run)
      let shell = ShellTest(
        context: context,
        facts: facts.inContainer,
        consoleNamespace: Self.namespace,
        stage: stage
      )
      try await shell.test(run)
    } catch {
      await context.disconnect(namespace: Self.namespace)
      throw error
    }
    try await remove(run)
  }

  /// Ends the container; its console ends with it.
  private func remove(_ run: ActionRun) async throws(Failure) {
    guard isStarted.lower() else { return }
    try await container(run).remove(run)
    await context.disconnect(namespace: Self.namespace)
  }

  private func container(_ run: ActionRun) throws(Failure) -> Container {
    let name = "lava-docker-test-shell-\(context.settings.jobID)-\(run.level)"
    return try Container(name: name, image: container?.image ?? "", program: context.containerProgram)
  }

  /// Writes the overlay into a folder, which the container sees where its scripts expect it.
  private func mountOverlay(_ run: ActionRun) throws(Failure) -> (source: String, destination: String) {
    let facts = facts.inContainer
    let store = try HelperStore.find(share: context.settings.share)
    var request = try context.overlayRequest(facts, resultsDirectory: try context.resultsDirectory(of: facts.name))
    // The container's machine is this one.
    let host = Architecture(named: HostMachine.name).flatMap { store.architectures.contains($0) ? $0 : nil }
    request.helpers = host.map { .one($0) } ?? .all
    let job = request.environment.job.mapping ?? []
    request.environment.job = .mapping(job + ContainerEnvironment(context.device).pairs)
    let folder = Paths.absolute("\(context.settings.workFolder)/\(Self.namespace)-\(run.level).\(run.attempt)")
    try FileSystem.makeFolder(context.settings.workFolder)
    let tree = try OverlayTree(request, from: store)
    try tree.writeFolder(to: folder)
    return (folder, tree.resultsDirectory)
  }
}

extension JobContext {
  /// What runs containers, where somebody says it.
  fileprivate var containerProgram: String? { device.containerProgram ?? settings.dispatcher.containerProgram }

  /// Looks whether there is a program for the containers of the job.
  func checkContainers() throws(Failure) {
    guard job.actions.contains(where: \.isInContainer) else { return }
    _ = try Container(name: "", image: "", program: containerProgram)
  }
}

/// What a container's tests learn of the device, in their environment (spec signals §12).
struct ContainerEnvironment {
  private(set) var pairs: [YAMLValue.Pair] = []

  init(_ device: Device) {
    let commands = device.commands
    add("ANDROID_SERIAL", device.adbSerialNumber)
    add("LAVA_BOARD_ID", device.boardID)
    add("LAVA_CONNECTION_COMMAND", commands.connect)
    for connection in commands.connections {
      add("LAVA_CONNECTION_COMMAND_\(connection.name.uppercased())", connection.connect)
    }
    add("LAVA_HARD_RESET_COMMAND", commands.hardReset)
    add("LAVA_POWER_ON_COMMAND", commands.powerOn)
    add("LAVA_POWER_OFF_COMMAND", commands.powerOff)
    let delays = device.characterDelays
    for (name, delay) in [("DEPLOY", delays.deploy), ("BOOT", delays.boot), ("TEST", delays.test)] where delay > .zero {
      add("LAVA_\(name)_CHARACTER_DELAYS", "\(Int64(delay / .milliseconds(1)))")
    }
  }

  private mutating func add(_ name: String, _ value: String?) {
    if let value { pairs.append(.init(.string(name), .string(value))) }
  }

  private mutating func add(_ name: String, _ commands: [String]) {
    add(name, commands.isEmpty ? nil : commands.joined(separator: " && "))
  }
}
