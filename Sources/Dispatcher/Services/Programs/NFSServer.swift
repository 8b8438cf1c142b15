// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import Glibc
import Pipeline

/// A folder of this host that boards mount by NFS, version 3 or 4: nfs-ganesha in the user's space, started for one root
/// file system and ended with the job.
final class NFSServer: Service {
  /// What boards are told to mount: a path, and behind it the options of a mount that is not as usual.
  let path: String
  let address: String

  private let program: ServiceProgram
  /// What NFS version 3 asks for ports; nil where the host runs one already.
  private let portMapper: ServiceProgram?

  private init(path: String, address: String, program: ServiceProgram, portMapper: ServiceProgram?) {
    self.path = path
    self.address = address
    self.program = program
    self.portMapper = portMapper
  }

  private static let socket = "/run/rpcbind.sock"

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
      let server = try await ServiceProgram.start(
        [program, "-F", "-f", file, "-L", "STDOUT", "-p", "\(folder)/ganesha.pid"],
        log: log,
        failure: Failure(
          .infrastructure,
          "nfs-server",
          "the NFS server does not start",
          advice: "What it says is in '\(log)'; it needs its ports, and a file system that knows file handles."
        ),
        run
      ) { $0.contains("NFS SERVER INITIALIZED") }
      let usual = configuration.ports == .standard
      let ports = configuration.ports
      return NFSServer(
        path: configuration.path + (usual ? "" : ",port=\(ports.nfs),mountport=\(ports.mount)"),
        address: configuration.address,
        program: server,
        portMapper: portMapper
      )
    } catch {
      await portMapper?.stop()
      throw error
    }
  }

  /// Mounting by version 3 needs a port mapper, and without one the server does not even start.
  private static func startPortMapper(_ run: ActionRun) async throws(Failure) -> ServiceProgram? {
    guard !answers(socket) else { return nil }
    let program = try Programs.requireForRoot("rpcbind", package: "rpcbind")
    run.log(.debug, "Starting rpcbind: this host runs none")
    try FileSystem.makeFolder("/run/rpcbind")
    let failure = Failure(
      .infrastructure,
      "port-mapper",
      "rpcbind does not start",
      advice: "Start it as this host's service (systemctl start rpcbind), or look what holds port 111."
    )
    // It says nothing when it is ready; its own end says that it will never be.
    return try await ServiceProgram.start([program, "-f"], silence: .milliseconds(20), failure: failure, run) { _ in
      answers(socket)
    }
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
  func watch(_ lost: @escaping @Sendable () async -> Void) { program.watch(lost) }

  /// Ends the server; nothing is exported after that.
  func stop() async {
    await program.stop()
    await portMapper?.stop()
  }
}

extension GaneshaConfiguration.Ports {
  /// The usual ones, or where somebody has them two that are free.
  static func free(at address: String) -> Self {
    func port(_ number: Int) -> HostPort { HostPort(.tcp, address: address, port: UInt16(number)) }
    if port(standard.nfs).error == 0, port(standard.mount).error == 0 { return standard }
    let (nfs, mount) = (port(0), port(0))
    return Self(
      nfs: nfs.error == 0 ? nfs.number : standard.nfs,
      mount: mount.error == 0 ? mount.number : standard.mount
    )
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
