// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

/// One run of the program as LAVA's worker starts it, on the namespace board.
final class LavaRunJob: Sendable {
  static let root = SourceTree.root
  /// `$LAVA_RUN`, else the debug build of this checkout.
  static let program = ProcessInfo.processInfo.environment["LAVA_RUN"] ?? "\(root)/.build/debug/lava-run"
  /// `$PUMICE`, else that of this checkout.
  static let pumice = ProcessInfo.processInfo.environment["PUMICE"] ?? "\(root)/.build/debug/pumice"
  /// Longest any run may take, in seconds.
  static let limit = 120
  static let id = "4242"
  static let token = "a-secret-token"

  let folder: TemporaryFolder
  let watch = ProcessWatch()
  let process: HostProcess

  /// What the job of a run does.
  enum Work {
    /// The job of `Examples`.
    case example
    /// These steps, YAML.
    case steps(String)
    /// This text is the job.
    case text(String)
  }

  /// - Parameters:
  ///   - powerOff: what switches the board off.
  ///   - dispatcher: the text of `dispatcher.yaml`.
  ///   - environment: the text of `env-dut.yaml`; without one the option is not there.
  ///   - server: the address of the server; without one the log goes to standard error.
  ///   - etc: a folder that the program finds in the place of `/etc`.
  init(
    _ work: Work = .example,
    id: String = LavaRunJob.id,
    powerOff: String = "true",
    dispatcher: String = "",
    environment: String? = nil,
    server: String? = nil,
    etc: String? = nil,
    _ options: String...
  ) {
    folder = TemporaryFolder()
    let job: String
    switch work {
    case .example: job = "\(Self.root)/Examples/first.yaml"
    case .steps(let steps): job = folder.write(Self.job(steps), to: "job.yaml")
    case .text(let text): job = folder.write(text, to: "job.yaml")
    }
    var command = [
      Self.program, "--device=\(folder.write(Self.device(powerOff), to: "device.yaml"))",
      "--dispatcher=\(folder.write(dispatcher, to: "dispatcher.yaml"))", "--output-dir=\(folder.path)",
      "--job-id=\(id)",
    ]
    if let server { command += ["--url=\(server)", "--token=\(Self.token)", "--job-log-interval=1"] }
    command += options + ["--skip-sudo-warning", job]
    if let environment { command.append("--env-dut=\(folder.write(environment, to: "env-dut.yaml"))") }
    if let etc {
      let script = "mount --bind '\(etc)' /etc && exec \"$@\""
      command = ["/usr/bin/env", "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"] + command
    }
    process = HostProcess(command, environment: watch.environment)
  }

  /// The console of the namespace board: a command line.
  static let console = "\(root)/Examples/devices/namespace-shell"

  static func device(_ powerOff: String = "true", console: String = LavaRunJob.console) -> String {
    """
    hostname: namespace
    device_type: namespace
    dispatcher_ip: 127.0.0.1
    commands: {connect: '\(console)', power_off: "\(powerOff)"}
    constants: {kernel-start-message: ''}
    actions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}

    """
  }

  static func job(_ steps: String) -> String {
    JobText(
      "work",
      keys: "secrets: {PASSWORD: hunter2-secret}",
      actions: [.deploy(), .boot(), .test([.inline("work", steps: steps)])]
    ).text
  }

  func text(of name: String) -> String { String(decoding: bytes(of: folder.file(name)), as: UTF8.self) }

  func value(of name: String) throws -> YAMLValue {
    try YAMLDocument(parsing: bytes(of: folder.file(name)), file: name).root.value
  }

  /// The log, a mapping for each line.
  var log: [YAMLValue] { get throws { try #require(try value(of: "logs.yaml").sequence) } }

  /// The results of the log.
  var results: [YAMLValue] { get throws { try log.filter { $0["lvl"] == "results" }.compactMap { $0["msg"] } } }

  func waitFor(_ text: String) async throws {
    try #require(await process.waitForErrors(text, limit: Self.limit), "'\(text)' never came")
  }

  /// Waits for the end; nothing that the run had started may be there any more.
  ///
  /// - Parameters:
  ///   - limit: in seconds.
  ///   - supervisorLimit: how long the supervisor may have something to do after that, in seconds.
  func ending(limit: Int = LavaRunJob.limit, supervisorLimit: Int = 0) async throws -> HostProcess.Ending {
    let ending = try #require(await process.ending(limit: limit), "still running after \(limit) seconds")
    #expect(await watch.settled(limit: supervisorLimit) == [])
    return ending
  }
}

/// `lava-server.py`: what LAVA's server does with log lines.
final class LogServerProcess: Sendable {
  let folder = TemporaryFolder()
  let port: Int
  private let process: HostProcess

  /// Starts it, and waits until it listens.
  ///
  /// - Parameters:
  ///   - port: a free one where it is 0.
  ///   - files: what it finds in its folder, the texts by their names.
  init(_ behaviours: String..., port: Int = 0, files: [String: String] = [:]) async throws {
    for (name, text) in files { _ = folder.write(text, to: name) }
    let script = "\(LavaRunJob.root)/Tests/LavaRunTests/lava-server.py"
    process = HostProcess(["/usr/bin/env", "python3", script, folder.path, LavaRunJob.id, "\(port)"] + behaviours)
    try #require(await process.waitForErrors("listening", limit: LavaRunJob.limit), "the server does not start")
    self.port = try #require(Int(String(decoding: bytes(of: folder.file("port")), as: UTF8.self)))
  }

  deinit { process.signal(SIGKILL) }

  var url: String { "http://127.0.0.1:\(port)/" }

  /// Ends it, and waits until nobody listens any more.
  func stop() async throws {
    process.signal(SIGKILL)
    try #require(await process.ending(limit: LavaRunJob.limit) != nil)
  }

  /// The lines that it has taken.
  var lines: String { String(decoding: bytes(of: folder.file("lines")), as: UTF8.self) }

  /// Its answers: the status, or `lost`.
  var answers: [String] {
    String(decoding: bytes(of: folder.file("requests")), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
