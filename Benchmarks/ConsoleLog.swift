// SPDX-License-Identifier: Apache-2.0

import Signals

/// A console log as a long test run leaves it: kernel lines, the output of tests, and signals with their trailers.
///
/// Nearly every signal is a TESTCASE, so each becomes a result: what costs most between a console and its results.
struct ConsoleLog {
  static let signalCount = 80_000
  static let byteCount = 200_000_000
  /// How many definitions ran.
  static let suiteCount = 40
  private static let nonce = "5f3a9c01d2e4b687"

  let path: String
  /// How many bytes the file has.
  let count: Int
  /// How many results of test cases the signals say.
  let resultCount: Int

  /// Writes the log. The same bytes in every run.
  init(writingTo path: String) throws(BenchmarkFailure) {
    var file = try OutputFile(path)
    var lines = ConsoleLines(seed: 2026)
    var signals = SignalSequence()
    let start = "root@board:~# /lava-4242/bin/lava-test-runner /lava-4242/0 \(Self.nonce)\r\n"
    // A kernel that boots, then a signal about every `distance` bytes.
    let bootCount = 40_000
    let distance = (Self.byteCount - bootCount) / Self.signalCount
    while file.count < bootCount { try file.write(lines.next()) }
    try file.write(start.utf8)
    for index in 0..<Self.signalCount {
      while file.count < bootCount + (index + 1) * distance - 200 { try file.write(lines.next()) }
      let signal = signals.next(at: index)
      try file.write(signal.utf8)
      if !signal.hasPrefix("<LAVA_SIGNAL_STARTRUN"), !signal.hasPrefix("<LAVA_SIGNAL_ENDRUN") {
        try file.write(signals.trailer(of: signal, nonce: Self.nonce).utf8)
      }
      try file.write("\r\n".utf8)
    }
    try file.finish()
    self.path = path
    count = file.count
    resultCount = signals.resultCount
  }
}

/// The signals of a runner that runs definitions of the same size.
private struct SignalSequence {
  /// How many results of test cases the signals so far said.
  private(set) var resultCount = 0
  /// Of the newest trailer.
  private var number = 0

  /// - Parameter index: of the signal, from 0 to `signalCount`, in order.
  mutating func next(at index: Int) -> String {
    guard index < ConsoleLog.signalCount - 1 else { return "<LAVA_TEST_RUNNER EXIT>" }
    let perSuite = ConsoleLog.signalCount / ConsoleLog.suiteCount
    let suite = index / perSuite
    let place = index % perSuite
    let isLast = place == perSuite - 1 || index == ConsoleLog.signalCount - 2
    if place == 0 { return "<LAVA_SIGNAL_STARTRUN \(suite)_suite-\(suite) 4242_1.\(suite)>" }
    if place == 1 { return "<LAVA_SIGNAL_TESTSET START kernel>" }
    if place == perSuite / 2 { return "<LAVA_SIGNAL_TESTSET STOP>" }
    if isLast { return "<LAVA_SIGNAL_ENDRUN \(suite)_suite-\(suite) 4242_1.\(suite)>" }
    resultCount += 1
    let testCase = "TEST_CASE_ID=syscalls.clone3-\(place)"
    switch index % 8 {
    case 3: return "<LAVA_SIGNAL_TESTCASE \(testCase) RESULT=skip>"
    case 1, 5: return "<LAVA_SIGNAL_TESTCASE \(testCase) RESULT=pass UNITS=ms MEASUREMENT=\(index).25>"
    default: return "<LAVA_SIGNAL_TESTCASE \(testCase) RESULT=pass>"
    }
  }

  /// What a helper of ours prints behind a signal (docs/Signals.md, "Trailer").
  mutating func trailer(of signal: String, nonce: String) -> String {
    number += 1
    let sum = String(CRC32C.signal(signal.utf8, number: number, nonce: nonce), radix: 16)
    return " #\(number).\(String(repeating: "0", count: 8 - sum.count))\(sum)"
  }
}
