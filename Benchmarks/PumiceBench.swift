// SPDX-License-Identifier: Apache-2.0

// pumice-bench: what is measured, against what. Prints; asserts nothing. Scripts/bench starts it.

internal import Glibc

/// The command `pumice-bench PUMICE EXAMPLES HELPERS FOLDER [PART…]`: the program to measure, the folder of the example jobs, the
/// folder of the boards' helpers, a folder for about 800 MB of generated files, which the caller removes, and what to measure
/// (all of it unless told). `pumice-bench board FILE` is a board (``FloodBoard``), `pumice-bench group` measures only what
/// waiting for each other costs.
@main
struct PumiceBench {
  /// What can be measured, in the order of the table.
  private enum Part: String, CaseIterable {
    case scanner, replay, live, overlay, git, start, helper
  }

  let pumice: String
  let examples: String
  let helpers: String
  let folder: String

  static func main() async {
    let arguments = CommandLine.arguments
    if arguments.dropFirst() == ["group"] { return await measureGroups() }
    if arguments.count > 2, arguments[1] == "tftp" { exit(await ServeTFTP.run(Array(arguments[2...]))) }
    do throws(BenchmarkFailure) {
      if arguments.count == 3, arguments[1] == "board" { return try FloodBoard.run(times: arguments[2]) }
      let parts = arguments.dropFirst(5).compactMap { Part(rawValue: $0) }
      guard arguments.count >= 5, parts.count == arguments.count - 5 else {
        let names = Part.allCases.map(\.rawValue).joined(separator: " ")
        say("usage: pumice-bench PUMICE EXAMPLES HELPERS FOLDER [PART…]; PART: \(names)")
        exit(64)
      }
      let bench = PumiceBench(pumice: arguments[1], examples: arguments[2], helpers: arguments[3], folder: arguments[4])
      print(try bench.report(parts.isEmpty ? Part.allCases : parts), terminator: "")
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

  private func report(_ parts: [Part]) throws(BenchmarkFailure) -> String {
    // The smallest process first, the scanner's log in memory last (see ProcessCost.peakMemory).
    let order: [Part] = [.start, .helper, .overlay, .git, .live, .replay, .scanner]
    var log: ConsoleLog?
    if parts.contains(.replay) || parts.contains(.scanner) {
      Self.say("generating a console log")
      log = try ConsoleLog(writingTo: "\(folder)/console.log")
    }
    var rows: [Part: [Measurement]] = [:]
    for part in order where parts.contains(part) {
      Self.say(part.rawValue)
      rows[part] = try measurements(part, log)
    }
    var table = ResultTable()
    for part in Part.allCases { table.add(rows[part] ?? []) }
    return table.text + "\n" + Self.machine()
  }

  private func measurements(_ part: Part, _ log: ConsoleLog?) throws(BenchmarkFailure) -> [Measurement] {
    let device = "\(examples)/devices/namespace.yaml"
    switch part {
    case .scanner:
      return try log.map { log throws(BenchmarkFailure) in try ScannerBenchmark(log: log).measurements() } ?? []
    case .replay:
      return try log.map { log throws(BenchmarkFailure) in
        try ReplayBenchmark(pumice: pumice, log: log, folder: folder).measurements()
      } ?? []
    case .live:
      return try LiveBenchmark(pumice: pumice, bench: Self.program(), folder: folder).measurements()
    case .overlay:
      return try OverlayBenchmark(pumice: pumice, device: device, folder: folder).measurements()
    case .git:
      let repository = try GeneratedRepository(in: folder)
      return try GitBenchmark(pumice: pumice, device: device, repository: repository, folder: folder).measurements()
    case .start:
      return try StartBenchmark(
        pumice: pumice,
        job: "\(examples)/qemu-x86.yaml",
        device: "\(examples)/devices/qemu-x86.yaml",
        largeJob: "\(examples)/../../shared/conformance/jobs/test-jobs_hi6220-hikey-bl.yaml"
      ).measurements()
    case .helper: return try HelperBenchmark(helpers: helpers, folder: folder).measurements()
    }
  }

  /// Where this program is.
  private static func program() throws(BenchmarkFailure) -> String {
    guard let path = realpath("/proc/self/exe", nil) else { throw BenchmarkFailure("/proc/self/exe cannot be read") }
    defer { free(path) }
    return String(cString: path)
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
