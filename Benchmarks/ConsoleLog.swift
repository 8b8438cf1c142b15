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
    var stream = ConsoleStream(
      signalCount: Self.signalCount,
      byteCount: Self.byteCount,
      suiteCount: Self.suiteCount,
      nonce: Self.nonce,
      boot: 40_000,
      command: "root@board:~# /lava-4242/bin/lava-test-runner /lava-4242/0 \(Self.nonce)\r\n",
      uuid: { "4242_1.\($0)" }
    )
    while let piece = stream.next() { try file.write(piece) }
    try file.finish()
    self.path = path
    count = file.count
    resultCount = stream.resultCount
  }
}
