// SPDX-License-Identifier: Apache-2.0

import Archives
import Consoles
import Diagnostics
import Files
import JobModel
import Overlay
import Repositories
import TestDefinitions
import YAMLDocument

// What an overlay is made of, and the ways it takes to a board.

extension JobContext {
  /// What the overlay of a namespace is built from.
  func overlayRequest(_ facts: NamespaceFacts, resultsDirectory: String) throws(Failure) -> OverlayRequest {
    let os = deploymentData(of: facts.name)
    var environment = OverlayEnvironment(jobID: settings.jobID, dispatcherIP: try dispatcherIP())
    environment.device = device.environment
    environment.deviceInfo = device.deviceInfo
    environment.staticInfo = device.staticInfo
    environment.storageInfo = device.storageInfo
    environment.job = job.environment
    environment.tags = job.tags
    environment.hostname = device.hostname
    environment.deviceType = device.deviceType
    environment.dispatcherPrefix = settings.dispatcher.prefix
    environment.httpCache = settings.dispatcher.httpURLFormat
    var configuration = HelperConfiguration(jobID: settings.jobID)
    configuration.take(
      parameters: device.parameters,
      staticInfo: device.staticInfo,
      storageInfo: device.storageInfo
    )
    let node = NodeFacts(job)
    if let node {
      configuration.role = node.role
      configuration.group = node.members.map { HelperConfiguration.Row($0.id, $0.role) }
    }
    var request = OverlayRequest(
      resultsDirectory: resultsDirectory,
      shell: shell(of: facts.name),
      environment: environment,
      helpers: try helpers(),
      configuration: configuration
    )
    request.secrets = job.secrets.map { (name: $0.key, value: $0.value) }
    // The file has a line for each: what a line cannot hold is left out, as where it is typed.
    if facts.hasShell { request.secrets += settings.deviceEnvironment?.filter { !$0.value.contains("\n") } ?? [] }
    if let authorization = withState(of: facts.name, { $0.authorization }) {
      request.files = authorization.overlayFiles
      request.boardFiles = authorization.boardFiles
    }
    request.isMultinode = node != nil
    request.distro = os?.distro
    request.usesHardLinks = os?.hasHardLinks ?? true
    request.stages = facts.stages.map { stage in stage.compactMap { overlayDefinition($0, facts.name) } }
    return request
  }

  /// Builds the overlay of a namespace anew, with the helpers of an architecture that has been found out.
  func narrow(
    _ overlay: OverlayArtefact,
    of namespace: String,
    to architecture: Architecture
  ) throws(Failure) -> OverlayArtefact {
    var request = overlay.request
    request.helpers = .one(architecture)
    let tree = try OverlayTree(request, from: try HelperStore.find(share: settings.share))
    try tree.writeTarball(to: overlay.tarball)
    let fitting = OverlayArtefact(
      tree: tree,
      resultsDirectory: overlay.resultsDirectory,
      tarball: overlay.tarball,
      request: request
    )
    withState(of: namespace) { $0.overlay = fitting }
    return fitting
  }

  /// The board's architecture as the device file or the job's context calls it.
  private var statedArchitecture: String? { device.architecture ?? job.context["arch"]?.string }

  /// Which helpers fit the board: as the device file says, else as the job's context says, else all of them.
  private func helpers() throws(Failure) -> HelperChoice {
    guard let name = statedArchitecture else { return .all }
    guard let architecture = Architecture(named: name) else {
      throw Failure(
        .configuration,
        "unknown-architecture",
        "there are no helpers for the architecture '\(name)'",
        advice: "Set 'architecture' in the device file to one of: "
          + Architecture.allCases.map(\.rawValue).joined(separator: ", ") + "."
      )
    }
    return .one(architecture)
  }

  private func overlayDefinition(_ placed: PlacedDefinition, _ namespace: String) -> OverlayDefinition? {
    guard let rendered = withState(of: namespace, { $0.definitions[placed.index] }), let folder = rendered.folder else {
      return nil
    }
    let place = Paths.folder(of: rendered.definition?.entry.path ?? "")
    return OverlayDefinition(
      name: folder.name,
      files: folder.files.map { OverlayFile($0.path, .bytes($0.bytes)) },
      contents: rendered.contents.map { OverlayContent($0.tree, at: $0.path, origin: $0.origin) },
      ownFolder: place == "." ? "" : place
    )
  }

  /// Where the overlays of the job are on this host.
  package var overlayTarballs: [String] {
    Set(job.actions.map(\.common.namespace)).sorted().compactMap { name in
      withState(of: name) { $0.overlay?.tarball }
    }
  }

  /// Size of the drive that carries the overlay where the device does not say another, in MiB.
  private static let driveSize = 64
  /// What the overlay leaves of it at least, in bytes.
  private static let driveRoom = 32 << 20

  /// Makes a drive with the overlay's files at its root (spec jobs §5.2). It is larger than the device says where a
  /// repository would leave no room for results.
  func makeDrive(_ overlay: OverlayArtefact, level: String) async throws(Failure) -> OverlayDrive {
    let guest = device.deployMethod("image")?["parameters"]?["guest"]
    let size = max((guest?["size"]?.int ?? Self.driveSize) << 20, try overlay.tree.leastImageSize() + Self.driveRoom)
    let path = "\(settings.workFolder)/lava-guest-\(level).ext2"
    let uuid = Self.drawUUID()
    try FileSystem.makeFolder(settings.workFolder)
    try await overlay.tree.writeFileSystemImage(to: path, size: size, uuid: uuid, label: "LAVA") {
      words async throws(Failure) in
      let result = try await HostCommand.run(words)
      guard result.status.isSuccess else {
        throw Failure(
          .infrastructure,
          "host-command",
          "'\(words.joined(separator: " "))' failed: \(result.status)",
          advice: "Install e2fsprogs, or make room on this host.",
          cause: result.text.isEmpty ? nil : result.text
        )
      }
    }
    return OverlayDrive(path: path, uuid: uuid)
  }

  /// A random UUID of version 4 (RFC 9562).
  private static func drawUUID() -> String {
    let high = UInt64.random(in: .min ... .max) & 0xffff_ffff_ffff_0fff | 0x4000
    let low = UInt64.random(in: .min ... .max) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    func hex(_ value: UInt64) -> [Character] {
      let digits = String(value, radix: 16)
      return Array(String(repeating: "0", count: 16 - digits.count) + digits)
    }
    let digits = hex(high) + hex(low)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }

  /// The largest overlay that is offered over HTTP, in bytes: the server has it in its memory.
  private static let publishedLimit = 2 << 30

  /// Offers the overlay over HTTP.
  ///
  /// - Returns: its URL as the board sees it, and its file name.
  func publish(_ overlay: OverlayArtefact) async throws(Failure) -> (url: String, name: String) {
    let (server, root) = try await startWebServer()
    let name = Paths.name(of: overlay.tarball)
    let path = "/tmp/\(settings.jobID)/\(name)"
    server.publish(try FileSystem.read(overlay.tarball, limit: Self.publishedLimit), at: path)
    return ("\(root)\(path)", name)
  }

  /// Offers an image of a deploy over HTTP.
  ///
  /// - Returns: its URL as the board sees it.
  func publish(image: PlacedImage, of namespace: String) async throws(Failure) -> String {
    let (server, root) = try await startWebServer()
    let path = "/tmp/\(settings.jobID)/\(namespace)/\(image.label)/\(Paths.name(of: image.path))"
    server.publish(file: image.path, at: path)
    return "\(root)\(path)"
  }

  /// - Returns: a server of the job's, and the begin of its URLs as the board sees them.
  private func startWebServer() async throws(Failure) -> (server: OverlayServer, root: String) {
    let host =
      if let stated = device.dispatcherIP ?? settings.dispatcher.httpAddress { stated } else { try dispatcherIP() }
    let server = try await OverlayServer.start(address: HostAddresses.listening(for: host))
    keep(server)
    return (server, "http://\(host):\(server.port)")
  }

  /// This host's address as the board sees it: the device's `dispatcher_ip`, else the dispatcher's, else that of the
  /// interface of the default route, else the loopback.
  func dispatcherIP() throws(Failure) -> String {
    if let stated = device.dispatcherIP ?? settings.dispatcher.address { return stated }
    return try HostAddresses.ofDefaultRoute() ?? "127.0.0.1"
  }
}
