// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

@Suite struct SignalLedgerTests {
  @Test func namesGaps() {
    var ledger = SignalLedger()
    #expect(ledger.lostText == nil)
    let isNew = (Array(1...16) + Array(18...22) + [26]).map { ledger.insert($0) }
    #expect(isNew.allSatisfy { $0 })
    #expect(ledger.lost == [17...17, 23...25])
    #expect(ledger.lostText == "17, 23-25")
    #expect(ledger.highest == 26)
  }

  @Test func aNumberCountsOnce() {
    var ledger = SignalLedger()
    let isNew = [2, 5, 4, 2, 4, 5].map { ledger.insert($0) }
    #expect(isNew == [true, true, true, false, false, false])
    #expect(ledger.lost == [1...1, 3...3])
  }

  @Test func tornNumbersAreNotLost() {
    var ledger = SignalLedger()
    for number in [1, 2, 9] { _ = ledger.insert(number) }
    for number in [5, 6, 2, 100] { ledger.insertTorn(number) }
    #expect(ledger.lost == [3...4, 7...8])
    // The signal itself may still come, with a whole trailer.
    let isNew = ledger.insert(5)
    #expect(isNew)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func agreesWithASet(seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    var ledger = SignalLedger()
    var seen: Set<Int> = []
    for _ in 0..<500 {
      let number = Int.random(in: 1...400, using: &generator)
      let isNew = ledger.insert(number)
      #expect(isNew == seen.insert(number).inserted)
    }
    #expect(Set(ledger.lost.joined()) == Set(1...ledger.highest).subtracting(seen))
    #expect(ledger.highest == seen.max())
  }
}
