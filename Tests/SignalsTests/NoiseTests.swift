// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

@testable import Signals

/// Lines that tear, lose and garble, with fixed seeds: with the journal nothing is lost and nothing is wrong, and what is
/// found does not depend on how the bytes come.
@Suite struct NoiseTests {
  private static let count = 60
  private static let results = ModelBoard.results(cases: count)

  private static let kernelLines = [
    "[   12.345678] usb 1-1: new high-speed USB device number 2\r\n",
    "<6>[   13.000001] random: crng init done\r\n",
    "[   14.000000]  <TASK> __schedule+0x2c/0x8a0 > [ 12.5] done\r\n",
  ]

  /// Inserts lines of the kernel and damages bytes.
  private static func apply(
    _ bytes: [UInt8],
    kernel: Double,
    damage: Double,
    _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var out: [UInt8] = []
    for byte in bytes {
      if Double.random(in: 0..<1, using: &generator) < kernel / 60 {
        out += Array(kernelLines.randomElement(using: &generator)!.utf8)
      }
      guard Double.random(in: 0..<1, using: &generator) < damage else {
        out.append(byte)
        continue
      }
      if Bool.random(using: &generator) { out.append(byte ^ (1 << UInt8.random(in: 0..<7, using: &generator))) }
    }
    return out
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func nothingIsLostWithTheJournal(seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    let board = ModelBoard(cases: Self.count, noise: "+ lava-test-case case --result pass\r\nok 1 - <b>\r\n")
    let kernel = [0.01, 0.1, 0.2][Int(seed % 3)]
    let damage = [0, 1e-4, 1e-3, 3e-3][Int(seed % 4)]
    let console = Self.apply(board.console, kernel: kernel, damage: damage, &generator)
    var trial = Trial(ModelBoard.configuration)
    trial.feed(console)
    if trial.stream.isWaiting { trial.flush() }
    trial.ask(board) { $0 = Self.apply($0, kernel: kernel, damage: damage, &generator) }
    #expect(trial.tests == Self.results.filter { !$0.hasPrefix("lava/") })
    #expect(trial.rows.sorted() == Self.results.sorted())
    #expect(trial.tally?.lost == [])
    #expect(trial.tally?.forged == [])
    #expect(trial.effects.last == .finished)
  }

  /// Without a journal what is reported is still right, and what is not is named: each result is there, or a number.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func nothingIsWrongWithoutTheJournal(seed: UInt64) {
    var generator = SeededGenerator(state: 1000 + seed)
    let board = ModelBoard(cases: Self.count)
    let console = Self.apply(board.console, kernel: 0.1, damage: 2e-3, &generator)
    var trial = Trial(ModelBoard.configuration)
    trial.feed(console)
    trial.end(.prompt)
    let lost = trial.tally?.lost.map(\.count).reduce(0, +) ?? 0
    // A set that is lost changes the names of cases, and a definition that is lost the suite; results stay.
    let words = trial.tests.map { String($0.split(separator: "/").last!) }
    let truth = Self.results.filter { !$0.hasPrefix("lava/") }.map { String($0.split(separator: "/").last!) }
    #expect(truth.count - words.count <= lost)
    var rest = truth[...]
    for word in words {
      // In the board's order, and nothing besides.
      guard let index = rest.firstIndex(of: word) else {
        Issue.record("\(word) is not what the board said")
        break
      }
      rest = rest[(index + 1)...]
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func piecesDoNotMatter(seed: UInt64) {
    var generator = SeededGenerator(state: 2000 + seed)
    let board = ModelBoard(cases: 12)
    var console = Self.apply(board.console, kernel: 0.2, damage: 2e-3, &generator)
    console += board.answers(to: "1-20 +")
    var whole = Trial(ModelBoard.configuration)
    whole.feed(console)
    whole.end(.endOfStream)
    var cut = Trial(ModelBoard.configuration)
    var position = 0
    while position < console.count {
      let end = min(console.count, position + Int.random(in: 1...90, using: &generator))
      cut.feed(console[position..<end])
      position = end
    }
    cut.end(.endOfStream)
    #expect(cut.effects == whole.effects)
  }
}
