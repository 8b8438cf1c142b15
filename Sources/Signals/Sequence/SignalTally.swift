// SPDX-License-Identifier: Apache-2.0

/// How the signals of one start of the runner came to the host.
package struct SignalTally: Sendable, Hashable {
  /// How many of the signals that counted came in each way.
  package internal(set) var counts: [SignalIntegrity: Int] = [:]
  /// What came with a sum of another run, and what nobody knows of: the first hundred.
  package internal(set) var forged: [String] = []
  package internal(set) var forgedCount = 0
  /// The numbers of signals that the board sent and that never arrived.
  package internal(set) var lost: [ClosedRange<Int>] = []

  private static let mostNamed = 100

  mutating func addForged(_ text: String) {
    forgedCount += 1
    if forged.count < Self.mostNamed { forged.append(text) }
  }
}
