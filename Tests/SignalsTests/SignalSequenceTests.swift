// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

/// Signals that do not arrive whole, or not in order (docs/Signals.md, "What the host does").
@Suite struct SignalSequenceTests {
  private static let board = ModelBoard(cases: 3)
  private static let results = ModelBoard.results(cases: 3)

  /// What the kernel prints in between.
  private static let kernelLines = [
    "[   12.345678] usb 1-1: new high-speed USB device number 2\r\n",
    "<6>[    1.000001] random: crng init done\r\n",
    "[ 1234.000000]  <TASK> __schedule+0x1/0x2 > done\r\n",
    "[    9.999999][    T1] eth0: [   10.0] Link is Up\r\n",
    "[    1.000000] a\r\n[    2.000000] b\r\n",
    // One inside another.
    "[    1.000000] a[    2.000000] b\r\n c\r\n",
  ]

  @Test func nothingIsTorn() {
    var trial = Trial(ModelBoard.configuration)
    trial.feed(Self.board.console[...])
    #expect(trial.rows == Self.results)
    #expect(trial.effects.last == .finished)
    #expect(trial.logs(.warning, .error) == [])
    #expect(trial.tally == SignalTally([.verified: 11]))
  }

  /// A board that stops in the middle of a signal, at every place of the console, and goes on: nothing is torn by it.
  @Test func aPauseAnywhere() {
    let console = Self.board.console
    for place in 0...console.count {
      var trial = Trial(ModelBoard.configuration)
      trial.feed(console[..<place])
      trial.flush()
      trial.feed(console[place...])
      if trial.stream.isWaiting { trial.flush() }
      let before = String(decoding: console[..<place].suffix(70), as: UTF8.self).debugDescription
      #expect(trial.rows == Self.results, "behind \(before)")
      #expect(trial.tally == SignalTally([.verified: 11]), "behind \(before)")
    }
  }

  /// A line of the kernel at every place of the console: all is mended at once.
  @Test(arguments: kernelLines)
  func aLineOfTheKernelAnywhere(_ kernelLine: String) {
    let console = Self.board.console
    let isFirst = kernelLine == Self.kernelLines[0]
    for place in stride(from: 0, through: console.count, by: isFirst ? 1 : 3) {
      var trial = Trial(ModelBoard.configuration)
      var torn = console
      torn.insert(contentsOf: kernelLine.utf8, at: place)
      trial.feed(torn)
      if trial.stream.isWaiting { trial.flush() }
      #expect(trial.rows == Self.results, "at \(place)")
      #expect(trial.effects.last == .finished, "at \(place)")
      #expect(trial.logs(.warning, .error) == [], "at \(place)")
    }
  }

  /// Two lines of the kernel in one signal, and in the trailer.
  @Test(arguments: kernelLines)
  func twoLinesOfTheKernel(_ kernelLine: String) {
    let console = Self.board.console
    let signal = Self.board.places[2]
    for first in stride(from: signal.lowerBound, to: signal.upperBound, by: 3) {
      for second in stride(from: first, to: signal.upperBound, by: 2) {
        var trial = Trial(ModelBoard.configuration)
        var torn = console
        torn.insert(contentsOf: kernelLine.utf8, at: second)
        torn.insert(contentsOf: kernelLine.utf8, at: first)
        trial.feed(torn)
        #expect(trial.rows == Self.results, "at \(first) and \(second)")
        #expect(trial.logs(.warning, .error) == [], "at \(first) and \(second)")
      }
    }
  }

  enum Damage: CaseIterable {
    case lost, garbled, added

    func apply(to bytes: [UInt8], at place: Int) -> [UInt8] {
      switch self {
      case .lost: Array(bytes[..<place] + bytes[(place + 1)...])
      case .garbled: bytes[..<place] + [bytes[place] ^ 0x15] + bytes[(place + 1)...]
      case .added: bytes[..<place] + [0x25] + bytes[place...]
      }
    }
  }

  /// One byte of a signal: no journal is needed.
  @Test(arguments: Damage.allCases)
  func oneByteOfASignal(_ damage: Damage) {
    let board = Self.board
    for place in board.places[3].dropLast(2) {
      var trial = Trial(ModelBoard.configuration)
      trial.feed(damage.apply(to: board.console, at: place)[...])
      #expect(trial.rows == Self.results, "at \(place)")
      #expect(trial.logs(.warning, .error) == [], "at \(place)")
      let isHarmless = damage == .added && place == board.places[3].lowerBound
      #expect(trial.integrities["0_first/case-1"] == (isHarmless ? .verified : .repaired), "at \(place)")
    }
  }

  /// One byte of what run.sh prints has no sum; the journal tells where definitions begin and end.
  @Test(arguments: Damage.allCases)
  func oneByteAnywhereWithTheJournal(_ damage: Damage) {
    let board = Self.board
    for place in board.console.indices {
      var trial = Trial(ModelBoard.configuration)
      trial.feed(damage.apply(to: board.console, at: place)[...])
      trial.ask(board)
      // A definition whose end is not sure before the journal was asked is reported then.
      #expect(trial.rows.sorted() == Self.results.sorted(), "at \(place)")
      #expect(trial.tests == Self.results.filter { !$0.hasPrefix("lava/") }, "at \(place)")
      #expect(trial.effects.last == .finished, "at \(place)")
      #expect(!trial.logs(.warning).contains { $0.contains("lost") }, "at \(place)")
    }
  }

  /// Any part of the console may be missing; what the journal has is asked for.
  @Test(arguments: [10, 40, 120])
  func aPartIsMissing(_ length: Int) {
    let board = Self.board
    for place in stride(from: 0, to: board.console.count - length - 30, by: 7) {
      var trial = Trial(ModelBoard.configuration)
      trial.feed(Array(board.console[..<place] + board.console[(place + length)...]))
      trial.ask(board)
      #expect(trial.rows.sorted() == Self.results.sorted(), "at \(place)")
      #expect(trial.tests == Self.results.filter { !$0.hasPrefix("lava/") }, "at \(place)")
      #expect(trial.effects.last == .finished, "at \(place)")
      #expect(trial.tally?.lost == [], "at \(place)")
    }
  }

  /// Numbers that were not seen are asked for, with the marks where definitions begin and end beside the gap.
  @Test func whatIsAsked() {
    let board = Self.board
    var trial = Trial(ModelBoard.configuration)
    // Without the second case, and from the end of the first definition to the first case of the second.
    let places = board.places
    trial.feed(
      Array(board.console[..<places[3].lowerBound] + board.console[places[4].lowerBound..<places[6].lowerBound])
    )
    trial.feed(Array(board.console[places[9].lowerBound...]))
    #expect(trial.stream.isEnded && !trial.stream.isOver)
    #expect(trial.stream.question.selectors(limit: 100) == "3 6 +")
    trial.feed(Array(answer("3", board.records[3].text, nonce: ModelBoard.nonce).utf8))
    #expect(trial.stream.question.selectors(limit: 100) == "6 +")
    trial.feed(answer("=5/11", "journal", nonce: ModelBoard.nonce))
    #expect(trial.stream.question.selectors(limit: 100) == "6 +1-5")
    trial.feed(answer("+3/5", "begin 1_second", nonce: ModelBoard.nonce))
    #expect(trial.stream.question.selectors(limit: 100) == "6 +1-2 +4-5")
    #expect(trial.stream.question.selectors(limit: 9) == "6 +1-5")
    // What is not of this run is no answer.
    trial.feed(answer("6", "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x RESULT=pass>", nonce: "0ld"))
    #expect(trial.stream.question.selectors(limit: 100) == "6 +1-2 +4-5")
    trial.ask(board)
    #expect(trial.rows == Self.results)
  }

  @Test func neighboursAreMergedUntilALineIsShortEnough() {
    let question = JournalQuestion(signals: [1...1, 4...5, 17...17, 100...120], signalsFrom: 200, asksAllMarks: true)
    #expect(question.selectors(limit: 100) == "1 4-5 17 100-120 200- +")
    #expect(question.selectors(limit: 22) == "1-5 17 100-120 200- +")
    #expect(question.selectors(limit: 19) == "1-17 100-120 200- +")
    #expect(question.selectors(limit: 1) == "1-120 200- +")
  }

  /// Cases before and behind the border of two definitions, of which nothing but the journal tells the places.
  @Test func aGapOverTheBorderOfDefinitions() {
    let board = Self.board
    // The last signal of the first definition and the first of the second are missing; what run.sh prints is there.
    let places = board.places
    let missing = [places[5], places[8]]
    var console = board.console
    for place in missing.reversed() { console.removeSubrange(place) }
    var trial = Trial(ModelBoard.configuration)
    trial.feed(console[...])
    trial.ask(board)
    #expect(trial.rows == Self.results)
    #expect(trial.cases.map(\.integrity).filter { $0 == .recovered }.count == 2)
    #expect(trial.logs(.warning) == ["Signals 5-6 did not arrive whole: \(Trial.waiting)"])
  }

  /// A signal that begins a set is missing: what follows waits for it.
  @Test func whatFollowsWaits() {
    let board = Self.board
    var console = board.console
    console.removeSubrange(board.places[2])
    var trial = Trial(ModelBoard.configuration)
    trial.feed(console[...])
    #expect(trial.rows == ["0_first/case-0 fail"])
    trial.ask(board)
    #expect(trial.rows == Self.results)
  }

  /// Two ways to the console, such as the kernel's log and the terminal, may change the order.
  @Test func theBoardsOrderCounts() {
    let board = Self.board
    let places = board.places
    var console = board.console
    let second = Array(console[places[2]])
    console.removeSubrange(places[2])
    console.insert(contentsOf: second, at: places[3].upperBound - second.count)
    var trial = Trial(ModelBoard.configuration)
    trial.feed(console[...])
    #expect(trial.rows == Self.results)
    #expect(trial.tally?.counts == [.verified: 11])
  }

  /// The connection is gone: what is there counts, and what is missing is named.
  @Test(arguments: [TestShellMachine.EndReason.endOfStream, .timeout, .canceled])
  func nobodyCanBeAsked(_ reason: TestShellMachine.EndReason) {
    let board = Self.board
    let places = board.places
    var trial = Trial(ModelBoard.configuration)
    trial.feed(
      Array(board.console[..<places[2].lowerBound] + board.console[places[3].lowerBound..<places[6].lowerBound])
    )
    trial.end(reason)
    #expect(trial.rows == ["0_first/case-0 fail", "0_first/case-1 pass", "0_first/case-2 pass", "lava/0_first fail"])
    #expect(trial.tally?.lost == [2...2])
    #expect(trial.failure?.kind == (reason == .endOfStream ? .connectionClosed : nil))
  }
}
