// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Synchronization
import Testing
import YAMLDocument

/// LAVA's own worker (`Scripts/make-worker`) with one job to do, and the server that gives it the job. Our program is
/// `/usr/local/bin/lava-run`, and LAVA's is behind it in the environment that the server's configuration gives to jobs.
///
/// The worker lives in a mount namespace: its `/var/lib` and `/usr/local/bin` are folders of the test.
final class LavaWorker: Sendable {
  /// Where the files of LAVA's packages are.
  private static let root = "\(SourceTree.root)/.build-worker/root"
  static let isThere = isInstalled("\(root)/usr/bin/lava-worker")
  /// A checkout in there would be hidden from the program.
  static let hidesCheckout = SourceTree.root.hasPrefix("/var/lib/")
  /// What the server puts before the job's id in the names of folders.
  private static let prefix = "lab-"

  let server: LogServerProcess
  private let watch: ProcessWatch
  private let process: Mutex<HostProcess>

  /// Starts both.
  ///
  /// - Parameters:
  ///   - job: the job's text.
  ///   - device: that of its device.
  init(_ job: String, device: String = LavaRunJob.device()) async throws {
    let watch = ProcessWatch()
    self.watch = watch
    let variables = watch.environment.map { "\n  \($0.key): '\($0.value)'" }.joined()
    server = try await LogServerProcess(files: [
      "job.yaml": job, "device.yaml": device, "dispatcher.yaml": "prefix: \(Self.prefix)\n",
      // What Debian's package of the server brings, with the folder that stands for /usr/bin; and our mark.
      "env.yaml": """
      purge: true
      overrides:
        LC_ALL: C.UTF-8
        LANG: C
        PATH: /usr/local/bin:/usr/local/sbin:\(Self.root)/usr/bin:/bin:/usr/bin:/usr/sbin:/sbin\(variables)
      """,
      "env-dut.yaml": "overrides: {FROM_SERVER: hello}\n",
    ])
    let folder = server.folder
    let made = run(["mkdir", "-p", folder.file("bin"), folder.file("lib/lava/dispatcher")])
    try #require(made.status == 0, "\(made.output)")
    let linked = run(["ln", "-s", LavaRunJob.program, folder.file("bin/lava-run")])
    try #require(linked.status == 0, "\(linked.output)")
    process = Mutex(Self.start(server, watch))
  }

  deinit {
    // After a test that has failed its job still runs.
    for left in watch.living { kill(left.pid, SIGKILL) }
  }

  private static func start(_ server: LogServerProcess, _ watch: ProcessWatch) -> HostProcess {
    let script = #"mount --bind "$1" /var/lib && mount --bind "$2" /usr/local/bin && shift 2 && exec "$@""#
    let namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    let folders = [server.folder.file("lib"), server.folder.file("bin")]
    let options = [
      "--name", "worker", "--url", server.url, "--ping-interval", "1", "--job-log-interval", "1",
      "--log-file", "/var/lib/worker.log", "--level", "DEBUG",
    ]
    let worker = ["/usr/bin/python3", "\(root)/usr/bin/lava-worker"] + options
    let environment = [
      "PATH": "/usr/local/bin:\(root)/usr/bin:/usr/bin:/bin", "PYTHONPATH": "\(root)/usr/lib/python3/dist-packages",
    ]
    return HostProcess(
      ["/usr/bin/env"] + namespace + folders + worker,
      environment: environment.merging(watch.environment) { $1 }
    )
  }

  /// Waits until a text is in one of the server's files.
  func waitFor(_ text: String, in name: String) async throws {
    let isThere = await FileWatch.waitFor(text, in: server.folder.file(name), limit: LavaRunJob.limit)
    try #require(isThere, "'\(text)' never came; the worker says:\n\(self.text(of: "lib/worker.log"))")
  }

  /// Ends the worker only, and waits for that; its job goes on.
  func stop(_ signal: Int32) async throws {
    let process = process.withLock(\.self)
    process.signal(signal)
    try #require(await process.ending(limit: LavaRunJob.limit) != nil, "the worker does not end")
  }

  /// Starts the worker again, with the files that it had.
  func start() { process.withLock { $0 = Self.start(server, watch) } }

  /// Waits until its job has ended, whether the worker knows or not.
  func jobEnds() async { #expect(await watch.settled(limit: LavaRunJob.limit) == []) }

  /// Waits until the server knows that the job has ended and the worker has removed its files; ends the worker.
  ///
  /// - Returns: what the worker has said of the end.
  func ending() async throws -> YAMLValue {
    try await waitFor("idle", in: "states")
    try await stop(SIGTERM)
    #expect(await watch.settled(limit: 0) == [])
    for folder in ["tmp", "worker/tmp"] {
      #expect(run(["ls", server.folder.file("lib/lava/dispatcher/\(folder)")]).output == "")
    }
    // Once each, whatever happened.
    #expect(text(of: "states") == "RUNNING\nFINISHED\nidle\n")
    return try #require(try calls.last)
  }

  func text(of name: String) -> String { String(decoding: bytes(of: server.folder.file(name)), as: UTF8.self) }

  /// One of the job's files as it was when the worker reported the end.
  func kept(_ name: String) -> String {
    text(of: "kept/lava/dispatcher/worker/tmp/\(Self.prefix)\(LavaRunJob.id)/\(name)")
  }

  /// What the worker has told the server.
  var calls: [YAMLValue] {
    get throws {
      try text(of: "calls").split(separator: "\n").map {
        try YAMLDocument(parsing: Array($0.utf8), file: "calls").root.value
      }
    }
  }

  /// The results that came to the server.
  var results: [YAMLValue] {
    get throws {
      let log = try YAMLDocument(parsing: Array(server.lines.utf8), file: "lines").root.value.sequence ?? []
      return log.filter { $0["lvl"] == "results" }.compactMap { $0["msg"] }
    }
  }
}
