// SPDX-License-Identifier: Apache-2.0

import Signals

/// The bytes of a console on which a runner runs definitions of the same size: kernel lines, the output of tests, and every so
/// many bytes a signal with its trailer.
struct ConsoleStream {
  private let byteCount: Int
  private let nonce: String
  private let boot: Int
  private let command: String
  private var lines = ConsoleLines(seed: 2026)
  private var signals: SignalSequence
  /// How many bytes there were.
  private(set) var count = 0
  private var index = 0
  private var hasBegun = false

  /// How many results of test cases the signals so far said.
  var resultCount: Int { signals.resultCount }

  /// - Parameters:
  ///   - byteCount: about how many bytes there will be.
  ///   - nonce: as it was typed.
  ///   - boot: how many bytes of a kernel that boots come first.
  ///   - command: what comes then.
  ///   - uuid: of a definition by its index.
  init(
    signalCount: Int,
    byteCount: Int,
    suiteCount: Int,
    nonce: String,
    boot: Int = 0,
    command: String = "",
    uuid: @escaping (Int) -> String
  ) {
    self.byteCount = byteCount
    self.nonce = nonce
    self.boot = boot
    self.command = command
    signals = SignalSequence(count: signalCount, perSuite: signalCount / suiteCount, uuid: uuid)
  }

  /// The next bytes, up to the end of a signal; nil behind the last one.
  mutating func next() -> [UInt8]? {
    guard index < signals.count else { return nil }
    var piece: [UInt8] = []
    if !hasBegun {
      while piece.count < boot { piece += lines.next() }
      piece += Array(command.utf8)
      hasBegun = true
    }
    let distance = (byteCount - boot) / signals.count
    while count + piece.count < boot + (index + 1) * distance - 200 { piece += lines.next() }
    let signal = signals.next(at: index)
    index += 1
    piece += Array(signal.utf8)
    if !signal.hasPrefix("<LAVA_SIGNAL_STARTRUN"), !signal.hasPrefix("<LAVA_SIGNAL_ENDRUN") {
      piece += Array(signals.trailer(of: signal, nonce: nonce).utf8)
    }
    piece += Array("\r\n".utf8)
    count += piece.count
    return piece
  }
}

/// The signals of a runner that runs definitions of the same size.
private struct SignalSequence {
  let count: Int
  let perSuite: Int
  let uuid: (Int) -> String
  /// How many results of test cases the signals so far said.
  private(set) var resultCount = 0
  /// Of the newest trailer.
  private var number = 0

  init(count: Int, perSuite: Int, uuid: @escaping (Int) -> String) {
    self.count = count
    self.perSuite = perSuite
    self.uuid = uuid
  }

  /// - Parameter index: of the signal, from 0 to `count`, in order.
  mutating func next(at index: Int) -> String {
    guard index < count - 1 else { return "<LAVA_TEST_RUNNER EXIT>" }
    let suite = index / perSuite
    let place = index % perSuite
    let isLast = place == perSuite - 1 || index == count - 2
    if place == 0 { return "<LAVA_SIGNAL_STARTRUN \(suite)_suite-\(suite) \(uuid(suite))>" }
    if place == 1 { return "<LAVA_SIGNAL_TESTSET START kernel>" }
    if place == perSuite / 2 { return "<LAVA_SIGNAL_TESTSET STOP>" }
    if isLast { return "<LAVA_SIGNAL_ENDRUN \(suite)_suite-\(suite) \(uuid(suite))>" }
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
