// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import Glibc
import Patterns
import Pipeline
import Synchronization

/// A folder of this host that boards mount by NFS, version 3 or 4: nfs-ganesha in the user's space, started for one root
/// file system and ended with the job.
final class NFSServer: Sendable {
  /// What boards are told to mount: a path, and behind it the options of a mount that is not as usual.
  let path: String
  let address: String

  private let server: Console
  /// What NFS version 3 asks for ports; nil where the host runs one already.
  private let portMapper: Console?
  private let isStopping = Mutex(false)
  private let watch = Mutex<Task<Void, Never>?>(nil)

  private init(path: String, address: String, server: Console, portMapper: Console?) {
    self.path = path
    self.address = address
    self.server = server
    self.portMapper = portMapper
  }

  /// How long a server may take to begin, and to end when it is asked.
  private static let patience = Duration.seconds(20)
  private static let socket = "/run/rpcbind.sock"
  private static let ladder = TeardownLadder([.signal(SIGTERM, wait: .seconds(5))])

  /// Starts a server for a folder.
  ///
  /// - Parameters:
  ///   - configuration: whose `path` becomes that of the export; where its ports are taken others are found.
  ///   - folder: for the server's own files, in the job's.
  ///   - log: what the server says is added to this file.
  static func start(
    _ configuration: GaneshaConfiguration,
    folder: String,
    log: String,
    _ run: ActionRun
  ) async throws(Failure) -> NFSServer {
    guard geteuid() == 0 else {
      throw Failure(
        .infrastructure,
        "nfs-root",
        "an NFS server of the job's own needs root: it opens files by their handles",
        advice: "Run Pumice as root, or let 'nfs_directory' in pumice.yaml name a folder that a running server exports."
      )
    }
    let program = try Programs.requireForRoot("ganesha.nfsd", package: "nfs-ganesha nfs-ganesha-vfs")
    try FileSystem.makeFolder(folder)
    let file = "\(folder)/ganesha.conf"
    try FileSystem.write(Array(try configuration.text().utf8), to: file)
    let portMapper = try await startPortMapper(run)
    do throws(Failure) {
      let words = [program, "-F", "-f", file, "-L", "STDOUT", "-p", "\(folder)/ganesha.pid"]
      let server = try await Console.spawn(ConsoleCommand(words), log: try ConsoleLog(path: log))
      do throws(Failure) {
        try await waitForBegin(of: server, log, run)
      } catch {
        await server.close(ladder)
        throw error
      }
      let usual = configuration.ports == .standard
      let ports = configuration.ports
      return NFSServer(
        path: configuration.path + (usual ? "" : ",port=\(ports.nfs),mountport=\(ports.mount)"),
        address: configuration.address,
        server: server,
        portMapper: portMapper
      )
    } catch {
      await portMapper?.close(ladder)
      throw error
    }
  }

  private static func waitForBegin(of server: Console, _ log: String, _ run: ActionRun) async throws(Failure) {
    let begin = try BoardSession.compiled { () throws(PatternError) in try PatternSet(["NFS SERVER INITIALIZED"]) }
    let failure = Failure(
      .infrastructure,
      "nfs-server",
      "the NFS server does not start",
      advice: "What it says is in '\(log)'; it needs its ports, and a file system that knows file handles."
    )
    do throws(Failure) {
      _ = try await run.withTimeout(patience, failure) { () async throws(Failure) in try await server.expect(begin) }
    } catch {
      guard error.kind == .connectionClosed else { throw error }
      var failure = failure
      failure.cause = error.cause ?? error.message
      throw failure
    }
  }

  /// Mounting by version 3 needs a port mapper, and without one the server does not even start.
  private static func startPortMapper(_ run: ActionRun) async throws(Failure) -> Console? {
    guard !answers(socket) else { return nil }
    let program = try Programs.requireForRoot("rpcbind", package: "rpcbind")
    run.log(.debug, "Starting rpcbind: this host runs none")
    try FileSystem.makeFolder("/run/rpcbind")
    let portMapper = try await Console.spawn(ConsoleCommand([program, "-f"]))
    let end = run.clock.now + patience
    while !answers(socket) {
      // It says nothing when it is ready; its own end says that it will never be.
      let ending = try await portMapper.read(silence: .milliseconds(20))
      if case .end? = ending {
        throw Failure(
          .infrastructure,
          "port-mapper",
          "rpcbind does not start",
          advice: "Start it as this host's service: systemctl start rpcbind."
        )
      }
      guard run.clock.now < end else {
        await portMapper.close(ladder)
        throw Failure(.infrastructure, "port-mapper", "rpcbind does not answer", advice: "Look what holds port 111.")
      }
    }
    return portMapper
  }

  /// Whether somebody listens on a socket of this host.
  private static func answers(_ path: String) -> Bool {
    let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return false }
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }

  /// Tells when the server has ended before it was told to.
  func watch(_ lost: @escaping @Sendable () async -> Void) {
    let task = Task { [server] in
      do throws(Failure) {
        while case .bytes = try await server.read() {}
      } catch {
        // Its log cannot be written, or nobody wants to know any more.
        if error.kind == .canceled { return }
      }
      if !isStopping.withLock(\.self) { await lost() }
    }
    watch.withLock { $0 = task }
  }

  /// Ends the server; nothing is exported after that.
  func stop() async {
    isStopping.withLock { $0 = true }
    let task = watch.withLock(\.self)
    task?.cancel()
    await task?.value
    await server.close(Self.ladder)
    await portMapper?.close(Self.ladder)
  }
}

extension GaneshaConfiguration.Ports {
  /// The usual ones, or where somebody has them two that are free.
  static func free(at address: String) -> Self {
    if isFree(standard.nfs, at: address) == standard.nfs, isFree(standard.mount, at: address) == standard.mount {
      return standard
    }
    return Self(nfs: isFree(0, at: address) ?? standard.nfs, mount: isFree(0, at: address) ?? standard.mount)
  }

  /// The port, or where it is 0 one that the system chooses, if nobody listens there; nil else.
  private static func isFree(_ port: Int, at text: String) -> Int? {
    let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return nil }
    defer { close(number) }
    var on: Int32 = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, length) == 0 && getsockname(number, $0, &length) == 0
      }
    }
    return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }
}

extension Programs {
  /// The file of a program that Debian keeps where only root's PATH leads.
  static func requireForRoot(_ name: String, package: String) throws(Failure) -> String {
    for folder in ["/usr/sbin", "/sbin", "/usr/bin"] {
      if let path = find("\(folder)/\(name)") { return path }
    }
    return try require(name, package: package)
  }
}
