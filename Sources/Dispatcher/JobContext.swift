// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
package import Downloads
package import Events
import Files
package import JobModel
import Overlay
package import Pipeline
import Repositories
import SecureShell
import Supervision
import Synchronization
import TestDefinitions
import YAMLDocument

/// Where and as what a job runs.
package struct RunSettings: Sendable {
  /// LAVA's job id: digits, as they appear in `/lava-<id>` on the board.
  package var jobID: String
  /// Where the job's files go: the console log, the overlay.
  package var outputFolder: String
  /// The folder with the helpers and scripts, where the user names one (`$PUMICE_SHARE`).
  package var share: String?
  /// Refuse signals of helpers that cannot be proved to be this run's (docs/Signals.md).
  package var strictSignals = false
  /// What downloads have left for later ones.
  package var downloadCache = DownloadCache.ofUser()
  /// The proxies for downloads.
  package var proxies = Proxies()
  /// What the worker's `dispatcher.yaml` says.
  package var dispatcher = DispatcherConfiguration()
  /// The variables that an env-dut gives the boards; nil without one.
  package var deviceEnvironment: [(name: String, value: String)]?
  /// What decides how the job came out.
  package var rules = VerdictRules.strict
  /// What `$NAME` in the URL of a git repository stands for, beside the job's own secrets. LAVA has all of the host's
  /// variables there; whoever starts a stranger's job would send them wherever it says.
  package var urlVariables: [String: String] = [:]
  /// Where mirrors of git repositories stay for later jobs.
  package var gitCache: String?
  /// The host keys that boards of groups have got from us.
  package var keyRing = SSHKeyRing.ofProcess

  package init(jobID: String, outputFolder: String, share: String? = nil) {
    self.jobID = jobID
    self.outputFolder = outputFolder
    self.share = share
  }

  /// For what the job needs only while it runs; removed at its end.
  var workFolder: String { "\(outputFolder)/tmp" }

  /// What an NFS server of the job says goes into this file of the job's folder.
  package static let serverLogName = "nfs-server.log"

  /// The same of a server of block devices.
  package static let blockServerLogName = "nbd-server.log"

  /// The raw bytes of the consoles.
  var consoleLog: String { "\(outputFolder)/console.log" }
}

/// A job on its device, and what its actions hand to later ones: typed, per namespace.
package final class JobContext: Sendable {
  package let job: Job
  package let device: Device
  package let settings: RunSettings
  package let events: EventLog
  let repositories: RepositoryStore
  /// The other boards of the job.
  let group: any GroupCalls
  let usedConsole = UsedConsole()
  private let received = Mutex<[String: [(key: String, value: String)]]>([:])
  private let namespaces = Mutex<[String: NamespaceState]>([:])
  private let services = Mutex<[any Service]>([])
  let duties = Duties()
  private let tftp = Mutex<TFTPServer?>(nil)
  private let leftovers = Mutex<[(folder: String, ticket: Supervisor.Ticket?)]>([])

  /// - Parameter group: nil where the board is alone.
  package init(
    job: Job,
    device: Device,
    settings: RunSettings,
    events: EventLog = EventLog(sinks: []),
    group: (any GroupCalls)? = nil
  ) {
    self.group = group ?? LoneBoard()
    self.job = job
    self.device = device
    self.settings = settings
    self.events = events
    let work = "\(settings.workFolder)/repositories"
    let cache = settings.gitCache ?? RepositoryStore.userCache(DownloadCache.variable)
    repositories = RepositoryStore(cache: cache ?? "\(work)/git", work: work)
  }

  /// Reads or changes what a namespace's actions have handed on.
  func withState<Value: Sendable>(of namespace: String, _ body: (inout NamespaceState) -> Value) -> Value {
    namespaces.withLock { body(&$0[namespace, default: NamespaceState()]) }
  }

  /// Keeps what calls of actions have got from the group under a message's id.
  func receive(_ data: [(key: String, value: String)], as messageID: String) {
    received.withLock { $0[messageID] = data }
  }

  /// What a call of an action has got under a message's id and key (spec multinode §5).
  func received(_ messageID: String, _ key: String) -> String? {
    received.withLock { $0[messageID]?.first { $0.key == key }?.value }
  }

  /// The sessions with boards that are open, by namespace.
  var sessions: [(namespace: String, session: BoardSession)] {
    namespaces.withLock { namespaces in
      namespaces.sorted { $0.key < $1.key }.compactMap { name, state in state.session.map { (name, $0) } }
    }
  }

  /// Keeps a server until the job ends.
  func keep(_ service: any Service) { services.withLock { $0.append(service) } }

  /// Stops every server of the job.
  func stopServers() async {
    tftp.withLock { $0 = nil }
    let all = services.withLock { services in
      defer { services = [] }
      return services
    }
    for service in all { await service.stop() }
    for (folder, ticket) in leftovers.withLock(\.self) {
      do throws(Failure) {
        try FileSystem.removeTree(folder)
        ticket?.release()
      } catch {
        events.log(.error, error.description)
      }
    }
  }

  /// Removes a folder outside of the job's when the job ends, after its servers.
  func removeAtEnd(_ folder: String) {
    leftovers.withLock { $0.append((folder, Supervisor.take(.removal(path: Paths.absolute(folder))))) }
  }

  /// The TFTP server of the job, started when it is first asked for.
  func tftpServer(_ run: ActionRun) async throws(Failure) -> TFTPServer {
    if let server = tftp.withLock(\.self) { return server }
    let stated = if let address = settings.dispatcher.tftpAddress { address } else { try dispatcherIP() }
    let address = HostAddresses.listening(for: stated)
    let events = events
    let server = try await TFTPServer.start(address: address, port: TFTPServer.wellKnownPort) { events.log(.info, $0) }
    run.log(.info, "TFTP server at \(address), port \(server.port)")
    tftp.withLock { $0 = server }
    keep(server)
    return server
  }
}

/// What the actions of one namespace hand on.
struct NamespaceState: Sendable {
  /// By index of the definition.
  var definitions: [Int: RenderedDefinition] = [:]
  var overlay: OverlayArtefact?
  /// The images of the deploy, in the order of the job.
  var images: [PlacedImage] = []
  /// The drive that carries the overlay, when one does.
  var drive: OverlayDrive?
  var session: BoardSession?
  /// The root file system that was unpacked for the board.
  var root: RootFileSystem?
  /// What offers the root file system as a block device.
  var blockServer: NBDServer?
  /// What the board's ramdisk holds.
  var ramdisk: InitrdListing?
  /// What a boot loader can fetch.
  var bootFiles = BootFiles()
  /// The boot loader's commands, filled in.
  var bootCommands: [String] = []
  /// Who may log in to the board by ssh.
  var authorization: SSHAuthorization?
  /// Where the board is that is reached over ssh.
  var hostAddress: String?
  /// The connection with it.
  var link: SSHConnection?
}

/// A definition on its way into the overlay.
struct RenderedDefinition: Sendable {
  /// Of the action that fetched the definition: a part of its uuid.
  var level: String
  /// The archive that it is in, once that is on this host.
  var archive: FetchedArchive?
  /// What the job's repositories bring into its folder; first the one that it is in itself.
  var contents: [RepositoryContents.Part] = []
  /// What was taken of the repository.
  var commit: String?
  var definition: TestDefinition?
  var folder: DefinitionFolder?
}

/// The overlay of a namespace, packed.
struct OverlayArtefact: Sendable {
  let tree: OverlayTree
  let resultsDirectory: String
  /// `overlay-<level>.tar.gz` in the job's folder.
  let tarball: String
  /// What it was built from.
  let request: OverlayRequest
}

/// An image that a deploy has brought to the host.
struct PlacedImage: Sendable {
  let label: String
  let path: String
  let argument: String?
}

/// A drive with the overlay's files at its root.
struct OverlayDrive: Sendable {
  let path: String
  let uuid: String
}
