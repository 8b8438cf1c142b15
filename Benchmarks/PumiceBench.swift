// SPDX-License-Identifier: Apache-2.0

// pumice-bench: what is measured, against what. Prints; asserts nothing. Scripts/bench starts it.

internal import Glibc

/// The command `pumice-bench PUMICE EXAMPLES HELPERS FOLDER`: the program to measure, the folder of the example jobs, the
/// folder of the boards' helpers, and a folder for about 600 MB of generated files, which the caller removes. Or
/// `pumice-bench group`: only what waiting for each other costs.
@main
enum PumiceBench {
  static func main() async {
    let arguments = CommandLine.arguments
    if arguments.dropFirst() == ["group"] { return await measureGroups() }
    if arguments.count > 2, arguments[1] == "tftp" { exit(await ServeTFTP.run(Array(arguments[2...]))) }
    guard arguments.count == 5 else {
      say("usage: pumice-bench PUMICE EXAMPLES HELPERS FOLDER")
      exit(64)
    }
    do throws(BenchmarkFailure) {
      print(
        try report(pumice: arguments[1], examples: arguments[2], helpers: arguments[3], folder: arguments[4]),
        terminator: ""
      )
    } catch {
      say("did not run: \(error.message)")
      exit(1)
    }
  }

  private static func measureGroups() async {
    do throws(BenchmarkFailure) {
      var table = ResultTable()
      table.add(try await GroupBenchmark().measurements())
      print(table.text + "\n" + machine(), terminator: "")
    } catch {
      say("did not run: \(error.message)")
      exit(1)
    }
  }

  private static func report(
    pumice: String,
    examples: String,
    helpers: String,
    folder: String
  ) throws(BenchmarkFailure) -> String {
    // The smallest process first, the scanner's log in memory last (see ProcessCost.peakMemory).
    say("pumice validate")
    let start = try StartBenchmark(
      pumice: pumice,
      job: "\(examples)/qemu-x86.yaml",
      device: "\(examples)/devices/qemu-x86.yaml",
      largeJob: "\(examples)/../../shared/conformance/jobs/test-jobs_hi6220-hikey-bl.yaml"
    ).measurements()
    say("lava-test-case")
    let helper = try HelperBenchmark(helpers: helpers, folder: folder).measurements()
    say("pumice overlay")
    let overlay = try OverlayBenchmark(
      pumice: pumice,
      device: "\(examples)/devices/namespace.yaml",
      folder: folder
    ).measurements()
    say("generating a git repository")
    let repository = try GeneratedRepository(in: folder)
    say("pumice overlay from git")
    let git = try GitBenchmark(
      pumice: pumice,
      device: "\(examples)/devices/namespace.yaml",
      repository: repository,
      folder: folder
    ).measurements()
    say("generating a console log")
    let log = try ConsoleLog(writingTo: "\(folder)/console.log")
    say("pumice replay")
    let replay = try ReplayBenchmark(pumice: pumice, log: log, folder: folder).measurements()
    say("the scanner")
    let scanner = try ScannerBenchmark(log: log).measurements()
    var table = ResultTable()
    for rows in [scanner, replay, overlay, git, start, helper] { table.add(rows) }
    return table.text + "\n" + machine()
  }

  /// What it was measured on, and how to read the numbers.
  private static func machine() -> String {
    var loads = [0.0, 0.0, 0.0]
    let known = getloadavg(&loads, Int32(loads.count)) > 1
    let load = known ? "load \(loads[0].text(decimals: 1)) in the last minute" : "load unknown"
    return """
      Medians of several runs, the files in the page cache. \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors, \(load).

      """
  }

  /// Tells the person who waits.
  private static func say(_ text: String) {
    var line = "pumice-bench: \(text)\n"
    _ = line.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
