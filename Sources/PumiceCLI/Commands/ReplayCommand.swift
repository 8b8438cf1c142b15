// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import Dispatcher
import Events
import Glibc
import JobModel
import Reports

/// `pumice replay`
package struct ReplayCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Reads the results of a job from a recorded console.",
    discussion: "The same machine that reads a board, fed from a file."
  )

  /// How results are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, yaml
  }

  @Argument(help: "The console log; '-' for standard input.")
  var console: String

  @Option(help: "The job that was run.")
  var job: String

  @Option(help: "The role whose node the console is of, where the job is that of a group.")
  var role: String?

  @Flag(help: "Refuse results that no sum proves to be of this run (docs/Signals.md).")
  var strictSignals = false

  @Option(help: "text: for people.")
  var format = Format.text

  @OptionGroup
  var verdicts: VerdictOptions

  package init() {}

  package func run() async throws {
    var inputs = Inputs(job: job)
    inputs.chooseNode(of: role)
    Terminal.error.write(inputs.text)
    guard !inputs.diagnostics.hasErrors, let job = inputs.job else { throw ArgumentParser.ExitCode(.invalid) }
    let collector = ResultCollector()
    let log = EventLog(sinks: [collector])
    log.hide(job.secrets.map(\.value))
    let outcome: JobOutcome
    let jobID: String
    do throws(Failure) {
      var replay = try Replay(job: job, events: log, rules: verdicts.rules, strictSignals: strictSignals)
      try Self.read(console) { replay.feed($0) }
      replay.finish()
      outcome = JobOutcome(failure: replay.failure)
      log.emit(.result(ResultRecord(ofJobEndedBy: outcome.failure)))
      jobID = replay.jobID ?? "0"
    } catch {
      report(error)
      throw ArgumentParser.ExitCode(Reports.ExitCode(JobOutcome(failure: error), ResultCounts([])))
    }
    let summary = JobSummary(id: jobID, name: job.name)
    switch format {
    case .text:
      Terminal.output.write(
        Summary(summary, outcome, collector, style: Terminal.output.style).text(folder: "", files: [])
      )
    case .json: ResultsDocument(summary, collector).writeJSON { Terminal.output.write($0) }
    case .yaml: ResultsDocument(summary, collector).writeYAML { Terminal.output.write($0) }
    }
    let code = Reports.ExitCode(outcome, ResultCounts(collector))
    if code != .success { throw ArgumentParser.ExitCode(code) }
  }

  /// Hands a file to `body`, piece by piece.
  private static func read(_ path: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(Failure) {
    let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw unreadable(path) }
    defer { if file != STDIN_FILENO { close(file) } }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = Glibc.read(file, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path) }
      if count == 0 { return }
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Why the system did not give the file: its last error.
  private static func unreadable(_ path: String) -> Failure {
    Failure(
      .configuration,
      "console-log",
      "cannot read the console log '\(path)': \(String(cString: strerror(errno)))",
      advice: "Give the console.log of a run, or '-' for standard input."
    )
  }
}
