// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

/// One run of `pumice run`, from its start to the files that it leaves.
final class PumiceRun: Sendable {
  /// Longest any run of these tests may take, in seconds; a machine that is busy takes its time to boot.
  static let limit = 300

  let watch = ProcessWatch()
  let process: HostProcess
  private let results = TemporaryFolder()
  /// Where the job's file is, which must not go before the run.
  private let jobFolder: TemporaryFolder?
  /// The job's file.
  let jobPath: String

  /// Starts a job.
  ///
  /// - Parameters:
  ///   - device: the device file; without one, the program's own choice.
  ///   - environment: on top of this process's.
  ///   - options: further ones; `--console` lets a test wait for what the board prints.
  convenience init(
    _ job: TrialJob,
    device: String? = nil,
    environment: [String: String] = [:],
    _ options: String...
  ) {
    self.init(job.path, in: job.folder, device: device, environment: environment, options)
  }

  /// Starts a job of `Examples`.
  convenience init(example: String, device: String? = nil, _ options: String...) {
    self.init(Checkout.example(example), in: nil, device: device.map { Checkout.device($0) }, options)
  }

  /// Starts a job of `Examples` on a device of a test's own.
  convenience init(example: String, deviceFile: String) {
    self.init(Checkout.example(example), in: nil, device: deviceFile, [])
  }

  /// Starts a job beside virtual boards that behave like a lab's.
  ///
  /// - Parameters:
  ///   - board: of `Scripts/lab`.
  ///   - job: the job's file.
  ///   - device: the device file; that of the board, where it is not given.
  ///   - beside: a program and its arguments that starts what the job needs, and then runs what follows.
  convenience init(
    lab board: String,
    job: String,
    in folder: TemporaryFolder? = nil,
    device: String? = nil,
    beside: [String] = [],
    _ options: String...
  ) {
    self.init(
      job,
      in: folder,
      device: device ?? Checkout.device(board),
      before: [Checkout.root + "/Scripts/lab", board, "--"] + beside,
      options
    )
  }

  /// Starts a job by another program.
  ///
  /// - Parameter before: that program and its arguments; it becomes what follows.
  convenience init(
    before: [String],
    job: String,
    in folder: TemporaryFolder,
    device: String,
    environment: [String: String]
  ) {
    self.init(job, in: folder, device: device, environment: environment, before: before, [])
  }

  private init(
    _ job: String,
    in folder: TemporaryFolder?,
    device: String?,
    environment: [String: String] = [:],
    before: [String] = [],
    _ options: [String]
  ) {
    jobFolder = folder
    jobPath = job
    var command = before + [Checkout.program, "run", job, "--output", results.path]
    if let device { command += ["--device", device] }
    process = HostProcess(command + options, environment: environment.merging(watch.environment) { $1 })
  }

  /// A file of the job's folder.
  func file(_ name: String) -> String { results.file(name) }

  func text(of name: String) -> String { String(decoding: bytes(of: file(name)), as: UTF8.self) }

  var fileNames: [String] { run(["ls", "-A", results.path]).output.split(separator: "\n").map(String.init) }

  /// Waits until the board, or the program, has said something on standard error.
  func waitFor(_ text: String) async throws {
    try #require(await process.waitForErrors(text, limit: Self.limit), "'\(text)' never came")
  }

  /// Waits for the end; then nothing that the run had started may be there any more.
  ///
  /// - Parameter limit: in seconds.
  func ending(limit: Int = PumiceRun.limit) async throws -> HostProcess.Ending {
    let ending = try #require(await process.ending(limit: limit), "still running after \(limit) seconds")
    #expect(watch.living.map(\.command) == [])
    return ending
  }

  /// A running process of this run.
  func pid(of isMeant: (String) -> Bool) throws -> Int32 {
    try #require(watch.living.first { isMeant($0.command) }?.pid, "no such process")
  }
}

/// Runs the program with other arguments to its end.
func pumice(
  _ arguments: String...,
  input: String = "/dev/null",
  environment: [String: String] = [:]
) async throws -> HostProcess.Ending {
  try await pumice(arguments, input: input, environment: environment)
}

func pumice(
  _ arguments: [String],
  input: String = "/dev/null",
  environment: [String: String] = [:]
) async throws -> HostProcess.Ending {
  let process = HostProcess([Checkout.program] + arguments, environment: environment, input: input)
  return try #require(await process.ending(limit: PumiceRun.limit), "pumice does not end")
}
