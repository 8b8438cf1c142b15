// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

@testable import Signals

/// The scanner against the patterns of spec signals §1, read naively over the whole text.
@Suite struct SignalScannerFuzzTests {
  /// A match of one of the patterns.
  struct Match: Equatable {
    var kind: ScannedSignal.Kind
    var start: Int
    var end: Int
  }

  /// Bytes that make signals, near misses and noise likely.
  static let fragments: [[UInt8]] =
    [
      "<LAVA_SIGNAL_", "<LAVA_SIGNAL_TESTCASE ", "<LAVA_TEST_RUNNER EXIT>", "<LAVA_TEST_RUNNER ", "INSTALL_FAIL>",
      "<LAVA_MULTI_NODE> <LAVA_", "<LAVA_MULTI_NODE>", "<LAVA_", "<", ">", " ", "\r\n", "\t", "A", "b=c", " #1.", "#",
      "12.0abcdef9", "\u{00A0}", "\0", "\u{1B}[0m", "SEND x",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3]]

  static func text(_ generator: inout SeededGenerator, pieces count: Int) -> [UInt8] {
    (0..<count).flatMap { _ in fragments.randomElement(using: &generator) ?? [] }
  }

  /// All matches: the lowest beginning first, nothing read twice.
  static func matches(in text: [UInt8]) -> [Match] {
    var matches: [Match] = []
    var start = 0
    while start < text.count {
      if let match = match(in: text, at: start) {
        matches.append(match)
        start = match.end
      } else {
        start += 1
      }
    }
    return matches
  }

  private static func match(in text: [UInt8], at start: Int) -> Match? {
    let rest = text[start...]
    for (literal, kind) in [
      ("<LAVA_TEST_RUNNER EXIT>", ScannedSignal.Kind.runnerExit), ("<LAVA_TEST_RUNNER INSTALL_FAIL>", .installFailed),
    ] where rest.starts(with: literal.utf8) {
      return Match(kind: kind, start: start, end: start + literal.utf8.count)
    }
    for (literal, kind) in [
      ("<LAVA_SIGNAL_", ScannedSignal.Kind.signal), ("<LAVA_MULTI_NODE> <LAVA_", .multinode),
    ] where rest.starts(with: literal.utf8) {
      let name = start + literal.utf8.count
      // \S+ from the longest to the shortest, then a space, then [^>]+>.
      var end = name
      while end < text.count, !text[end].isASCIIWhitespace { end += 1 }
      while end > name {
        if end < text.count, text[end] == 0x20, let close = text[(end + 1)...].firstIndex(of: 0x3E), close > end + 1 {
          return Match(kind: kind, start: start, end: close + 1)
        }
        end -= 1
      }
    }
    return nil
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func findsWhatThePatternsMatch(seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    for _ in 0..<50 {
      let text = Self.text(&generator, pieces: Int.random(in: 0...40, using: &generator))
      let found = scan(text).map { Match(kind: $0.kind, start: $0.offset, end: $0.offset + $0.bytes.count) }
      #expect(found == Self.matches(in: text), "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func findsTheSameUnderRandomCuts(seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    let text = Self.text(&generator, pieces: 4_000)
    let whole = scan(text)
    #expect(!whole.isEmpty)
    for pieces in [1, 10, 1_000, 10_000] {
      let cuts = (0..<pieces).map { _ in Int.random(in: 0...text.count, using: &generator) }.sorted()
      #expect(scan(text, cutAt: cuts) == whole)
    }
  }

  /// Random bytes and mutated streams neither crash nor give more results than there are signals.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func survivesNoise(seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    var text = Array((Trial.startRun + (1...50).map { Self.case($0) }.joined() + Trial.endRun + Trial.exit).utf8)
    for _ in 0..<Int.random(in: 1...200, using: &generator) {
      let place = Int.random(in: 0..<text.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: text[place] = UInt8.random(in: .min ... .max, using: &generator)
      case 1: text.remove(at: place)
      case 2: text.insert(contentsOf: "[    1.234567] usb 1-1: new device\r\n".utf8, at: place)
      default: text.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
      }
    }
    var configuration = Trial.first
    configuration.nonce = "0"
    var trial = Trial(configuration)
    for piece in pieces(of: text, cutAt: [text.count / 3, text.count / 2]) { trial.feed(piece) }
    trial.end(.endOfStream)
    let verified = trial.cases.filter { $0.integrity == .verified }
    // A verified result is one that was sent, once.
    #expect(Set(verified.map(\.testCase)).count == verified.count)
    for result in verified { #expect((1...50).contains { result.testCase == "c\($0)" } && result.result == "pass") }
    #expect(trial.stream.isOver)
  }

  private static func `case`(_ number: Int) -> String {
    line("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=c\(number) RESULT=pass>", number)
  }
}
