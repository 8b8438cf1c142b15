// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

@testable import Signals

@Suite struct SignalLedgerTests {
  @Test func namesGaps() {
    var ledger = SignalLedger()
    #expect(ledger.missing(through: 3) == [1...3])
    let isNew = (Array(1...16) + Array(18...22) + [26]).map { ledger.insert($0) }
    #expect(isNew.allSatisfy { $0 })
    #expect(ledger.missing(through: 26) == [17...17, 23...25])
    #expect(ledger.missing(through: 24) == [17...17, 23...24])
    #expect(ledger.missing(through: 28) == [17...17, 23...25, 27...28])
    #expect(SignalLedger.text([17...17, 23...25]) == "17, 23-25")
    #expect(ledger.firstMissing == 17)
    #expect(ledger.highest == 26)
  }

  @Test func aNumberCountsOnce() {
    var ledger = SignalLedger()
    let isNew = [2, 5, 4, 2, 4, 5].map { ledger.insert($0) }
    #expect(isNew == [true, true, true, false, false, false])
    #expect(ledger.missing(through: 5) == [1...1, 3...3])
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
      #expect(ledger.contains(number))
    }
    #expect(Set(ledger.missing(through: 410).joined()) == Set(1...410).subtracting(seen))
    #expect(ledger.firstMissing == Set(1...410).subtracting(seen).min())
    #expect((1...410).allSatisfy { ledger.contains($0) == seen.contains($0) })
    #expect(ledger.highest == seen.max())
  }
}
