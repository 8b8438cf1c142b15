// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How fast a board reports results: `lava-test-case ID --result pass` as a process, with a journal, beside a process that
/// does nothing. Here, and as an arm64 board would under qemu-user.
struct HelperBenchmark {
  private static let repetitions = 400

  /// The folder of the helpers, one folder an architecture.
  let helpers: String
  /// For the helpers' own folders, the journals and the results.
  let folder: String

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    #if arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "amd64"
    #endif
    let emulator = ["qemu-aarch64-static"]
    return [
      try measurement("lava-test-case ID --result pass", architecture, by: [], beside: { _ in ["/bin/true"] }, code: 0),
      // There is no arm64 /bin/true here: the helper that prints one line and ends with 1 does the least.
      try measurement(
        "  arm64, by qemu-aarch64",
        "arm64",
        by: emulator,
        beside: { bin in emulator + ["\(bin)/lava-echo-config"] },
        code: 1
      ),
    ]
  }

  private func measurement(
    _ what: String,
    _ architecture: String,
    by emulator: [String],
    beside: (String) -> [String],
    code: Int32
  ) throws(BenchmarkFailure) -> Measurement {
    let bin = "\(folder)/\(architecture)/bin"
    let journal = "\(folder)/\(architecture)/journal"
    _ = try ProcessRun(arguments: ["mkdir", "-p", bin]).cost()
    for name in ["lava-test-case", "lava-echo-config"] {
      _ = try ProcessRun(arguments: ["ln", "-s", "\(helpers)/\(architecture)/lava-helper", "\(bin)/\(name)"]).cost()
    }
    for (path, line) in [("\(bin)/.journal", journal), (journal, "pumice-journal 1 5f3a9c01 1700000000")] {
      var file = try OutputFile(path)
      try file.write("\(line)\n".utf8)
      try file.finish()
    }
    let results = ["LAVA_RESULT_DIR=\(folder)/\(architecture)"]
    let report = emulator + ["\(bin)/lava-test-case", "speed", "--result", "pass"]
    let reporting = ProcessRun(arguments: report, environment: results)
    let nothing = ProcessRun(arguments: beside(bin), expectedCode: code)
    // In turns, so that both meet the machine in the same state.
    var times: (report: [Duration], nothing: [Duration]) = ([], [])
    for _ in 0..<Self.repetitions {
      times.report.append(try reporting.cost().time)
      times.nothing.append(try nothing.cost().time)
    }
    // Each call has journalled its signal: it has done its work.
    let count = try ReplayBenchmark.occurrences(of: "RESULT=pass", in: journal)
    guard count == Self.repetitions else {
      throw BenchmarkFailure("\(journal) has \(count) signals of \(Self.repetitions)")
    }
    let time = (report: median(times.report), nothing: median(times.nothing))
    let other = nothing.arguments.last?.split(separator: "/").last ?? ""
    return Measurement(
      what: what,
      measured: time.report.callsText,
      comparison: "\(other == "true" ? "/bin/true" : other) \(time.nothing.callsText)",
      ratio: "\((time.report / time.nothing).text(decimals: 2)) × the time"
    )
  }
}

extension Duration {
  /// How many things that take so long are done in a second, one after the other.
  fileprivate var callsText: String { "\((1 / inSeconds).text(decimals: 0)) calls/s" }
}
