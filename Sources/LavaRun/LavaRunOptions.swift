// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The command line of LAVA's `lava-run` (spec results-and-log §5). LAVA's worker puts an option behind the definition.
struct LavaRunOptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lava-run",
    abstract: "Runs one job of a LAVA server's worker, with Pumice."
  )

  @Option(name: .customLong("job-id"), help: "The job's id on the server, digits.")
  var jobID: String

  @Option(help: "The folder for the job's files.")
  var outputDir: String

  @Option(help: "The device file, rendered.")
  var device: String

  @Option(help: "The worker's own configuration; the file may be empty.")
  var dispatcher: String?

  @Option(help: "What the boards' environment takes from the worker's.")
  var envDut: String?

  @Flag(name: .customLong("validate"), help: "Only look whether the job can run.")
  var onlyValidates = false

  @Option(help: "The server that takes the log; without one it goes to standard error.")
  var url: String?

  @Option(help: "The job's token on the server.")
  var token: String?

  @Option(help: "Seconds between two uploads of log lines.")
  var jobLogInterval = 5

  @Flag(help: "Do not insist on root.")
  var skipSudoWarning = false

  @Flag(help: "Taken for compatibility: everything is logged anyway.")
  var debug = false

  @Argument(help: "The job file.")
  var definition: String

  /// Whether a request can be sent there: one that cannot would be tried again without end.
  private static func isAddress(_ url: String) -> Bool {
    let scheme = ["http://", "https://"].first { url.hasPrefix($0) }
    guard let host = scheme.map({ url.dropFirst($0.count).prefix { $0 != "/" } }), !host.isEmpty else { return false }
    return url.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  mutating func validate() throws {
    guard !jobID.isEmpty, jobID.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw ValidationError("--job-id takes digits: scripts on boards look for /lava-<digits>")
    }
    guard jobLogInterval > 0 else { throw ValidationError("--job-log-interval takes a number of seconds, at least 1") }
    guard (url == nil) == (token == nil) else { throw ValidationError("--url and --token go together") }
    guard url.map(Self.isAddress) ?? true else {
      throw ValidationError("--url takes the address of a LAVA server, such as https://lava.example.com")
    }
  }
}
