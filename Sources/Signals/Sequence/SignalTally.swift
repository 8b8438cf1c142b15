// SPDX-License-Identifier: Apache-2.0

/// How the signals of one start of the runner came to the host.
package struct SignalTally: Sendable, Hashable {
  /// How many of the signals that counted came in each way; 0 leaves no entry.
  package var counts: [SignalIntegrity: Int] {
    let all = [
      (SignalIntegrity.verified, verified), (.repaired, repaired), (.recovered, recovered), (.unverified, unverified),
    ]
    return Dictionary(uniqueKeysWithValues: all.filter { $0.1 > 0 })
  }
  private var verified = 0
  private var repaired = 0
  private var recovered = 0
  private var unverified = 0
  /// What came with a sum of another run, and what nobody knows of: the first hundred.
  package internal(set) var forged: [String] = []
  package internal(set) var forgedCount = 0
  /// The numbers of signals that the board sent and that never arrived.
  package internal(set) var lost: [ClosedRange<Int>] = []

  private static let mostNamed = 100

  package init(_ counts: [SignalIntegrity: Int] = [:], lost: [ClosedRange<Int>] = []) {
    verified = counts[.verified] ?? 0
    repaired = counts[.repaired] ?? 0
    recovered = counts[.recovered] ?? 0
    unverified = counts[.unverified] ?? 0
    self.lost = lost
  }

  mutating func count(_ integrity: SignalIntegrity) {
    switch integrity {
    case .verified: verified += 1
    case .repaired: repaired += 1
    case .recovered: recovered += 1
    case .unverified: unverified += 1
    }
  }

  mutating func addForged(_ text: String) {
    forgedCount += 1
    if forged.count < Self.mostNamed { forged.append(text) }
  }
}
