// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The whole path from a recorded console to its results: `pumice replay` as a process, beside programs that only read
/// the same file.
struct ReplayBenchmark {
  private static let repetitions = 5

  let pumice: String
  let log: ConsoleLog
  /// For the job and the results.
  let folder: String

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    let job = try InlineJob(writingTo: "\(folder)/replay.yaml", definitionCount: ConsoleLog.suiteCount)
    let results = "\(folder)/results.json"
    let arguments = [pumice, "replay", log.path, "--job", job.path, "--format", "json"]
    let replay = try ProcessRun(arguments: arguments, output: results, temporaryFolder: folder)
      .medianCost(of: Self.repetitions)
    let count = try Self.occurrences(of: "\"integrity\": \"verified\"", in: results)
    guard count == log.resultCount else {
      throw BenchmarkFailure("pumice replay gave \(count) verified results, the log holds \(log.resultCount)")
    }
    let cat = try ProcessRun(arguments: ["cat", log.path]).medianCost(of: Self.repetitions)
    // Into a file: grep stops at the first match when it sees that /dev/null is its output.
    let grep = try ProcessRun(arguments: ["grep", "-c", "LAVA_SIGNAL", log.path], output: "\(folder)/grep.txt")
      .medianCost(of: Self.repetitions)
    return [
      Measurement(
        what: "pumice replay, \(log.count.sizeText) to \(log.resultCount) results",
        measured: log.count.rateText(in: replay.time),
        comparison: "cat FILE > /dev/null \(log.count.rateText(in: cat.time))",
        ratio: (cat.time / replay.time).percent,
        target: ("≥ 200 MB/s", Double(log.count) / replay.time.inSeconds >= 200e6)
      ),
      Measurement(
        what: "  the same",
        measured: replay.time.text,
        comparison: "grep -c LAVA_SIGNAL \(log.count.rateText(in: grep.time))",
        ratio: (grep.time / replay.time).percent
      ),
      Measurement(
        what: "  its peak memory",
        measured: replay.peakMemory.sizeText
      ),
    ]
  }

  /// How many lines of a file hold a text.
  static func occurrences(of text: String, in path: String) throws(BenchmarkFailure) -> Int {
    guard let file = fopen(path, "re") else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    var count = 0
    while getline(&line, &capacity, file) >= 0 {
      if let line, strstr(line, text) != nil { count += 1 }
    }
    return count
  }
}
