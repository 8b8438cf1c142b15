// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A whole job on a board that prints 50 MB with 20,000 signals as fast as its terminal takes them: from the first of those bytes
/// until the program has ended and all reports are written. Beside it a program that reads the same from a terminal and throws it
/// away.
struct LiveBenchmark {
  private static let repetitions = 3

  let pumice: String
  /// This program, which is the board as well.
  let bench: String
  let folder: String

  private struct Flood {
    var begin: Int
    var end: Int
    var bytes: Int
    var results: Int
  }

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    let job = try InlineJob(writingTo: "\(folder)/live.yaml", definitionCount: FloodBoard.suiteCount, transfers: false)
    let times = "\(folder)/flood.txt"
    let device = "\(folder)/live-device.yaml"
    var file = try OutputFile(device)
    try file.write(deviceText(times).utf8)
    try file.finish()
    var durations: [Duration] = []
    var peaks: [Int] = []
    var flood = Flood(begin: 0, end: 0, bytes: 0, results: 0)
    for round in 0..<Self.repetitions {
      let output = "\(folder)/live-\(round)"
      let run = ProcessRun(
        arguments: [pumice, "run", job.path, "--device", device, "--output", output, "--job-id", "4242"],
        errors: "\(folder)/live.log",
        temporaryFolder: folder
      )
      peaks.append(try run.cost().peakMemory)
      let end = FloodBoard.now()
      flood = try self.flood(times)
      durations.append(.nanoseconds(end - flood.begin))
      let count = try ReplayBenchmark.occurrences(of: "\"integrity\": \"verified\"", in: "\(output)/results.json")
      guard count == flood.results else {
        throw BenchmarkFailure("pumice run gave \(count) verified results, the board printed \(flood.results)")
      }
    }
    let reading = try readingTime(times)
    let time = median(durations)
    let rate = Double(flood.bytes) / time.inSeconds
    return [
      Measurement(
        what: "pumice run, live terminal, \(flood.bytes.sizeText) to reports",
        measured: flood.bytes.rateText(in: time),
        comparison: "python3 that reads a terminal \(flood.bytes.rateText(in: reading))",
        ratio: (reading / time).percent,
        // Ten times what was measured of LAVA on such a machine.
        target: ("≥ 21 MB/s", rate >= 21e6)
      ),
      Measurement(
        what: "  its results",
        measured: "\(Int(Double(flood.results) / time.inSeconds)) a second",
        target: ("≥ 25,300", Double(flood.results) / time.inSeconds >= 25_300)
      ),
      Measurement(what: "  its peak memory", measured: median(peaks).sizeText),
    ]
  }

  private func deviceText(_ times: String) -> String {
    """
    extends: minimal
    hostname: bench
    devicetype: namespace
    architecture: amd64
    dispatcher_ip: 127.0.0.1
    commands: {connect: '\(bench) board \(times)'}
    constants: {kernel-start-message: ''}

    """
  }

  private func flood(_ path: String) throws(BenchmarkFailure) -> Flood {
    guard let file = fopen(path, "re") else { throw BenchmarkFailure("the board did not print its flood") }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, file) > 0, let line else { throw BenchmarkFailure("\(path) is empty") }
    let numbers = String(cString: line).split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 4 else { throw BenchmarkFailure("\(path): not four numbers") }
    return Flood(begin: numbers[0], end: numbers[1], bytes: numbers[2], results: numbers[3])
  }

  /// How long the board takes when what it prints is read and thrown away.
  private func readingTime(_ times: String) throws(BenchmarkFailure) -> Duration {
    let reader = """
      import os, pty, sys
      pid, terminal = pty.fork()
      if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
      os.write(terminal, b"/lava-test-runner x 0\\n")
      last = b""
      while b"RUNNER EXIT" not in last: last = (last + os.read(terminal, 65536))[-65700:]
      while not last.endswith(b"# "): last = (last + os.read(terminal, 65536))[-65700:]
      """
    var durations: [Duration] = []
    for _ in 0..<Self.repetitions {
      _ = try ProcessRun(arguments: ["python3", "-c", reader, bench, "board", times]).cost()
      let flood = try flood(times)
      durations.append(.nanoseconds(flood.end - flood.begin))
    }
    return median(durations)
  }
}
