// SPDX-License-Identifier: Apache-2.0

import HostTools
import TFTP

/// A client of the simulated kind: acknowledges as RFC 7440 says, checks that each block is the one of its place, and
/// loses packets in both directions. Time is counted, nothing waits.
struct SimulatedClient {
  /// Packets lost in a hundred.
  var loss: Int
  var random: SeededGenerator

  struct Ending: Equatable {
    var received: Int
    /// Blocks that did not follow the one before, and were dropped.
    var dropped: Int
    var sent: Int
    var isFinished: Bool
  }

  /// Runs a transfer to its end.
  mutating func run(_ transfer: TFTPTransfer) -> Ending {
    var transfer = transfer
    var ending = Ending(received: 0, dropped: 0, sent: 0, isFinished: false)
    var now = Duration.zero
    var expected = 1
    var inWindow = 0
    var isComplete = false
    var effects: [TFTPTransfer.Effect] = []
    transfer.start(at: now) { effects.append($0) }
    var steps = 0
    while !transfer.isOver, steps < 4_000_000 {
      steps += 1
      var acknowledgement: UInt16?
      for effect in effects {
        switch effect {
        case .sendOptionAcknowledgement:
          if !isLost(), expected == 1 { acknowledgement = 0 }
        case .sendData(let block, let offset, let count):
          ending.sent += 1
          if isLost() { continue }
          guard block == UInt16(truncatingIfNeeded: expected), offset == ending.received || isComplete else {
            // Out of order: say once what the last good one was.
            ending.dropped += 1
            acknowledgement = UInt16(truncatingIfNeeded: expected - 1)
            inWindow = 0
            continue
          }
          if isComplete { continue }
          ending.received += count
          expected += 1
          inWindow += 1
          isComplete = count < transfer.terms.blockSize
          if isComplete || inWindow == transfer.terms.windowSize {
            acknowledgement = block
            inWindow = 0
          }
        case .finished: ending.isFinished = true
        case .sendError, .failed: break
        }
      }
      effects = []
      now += .microseconds(200)
      if let acknowledgement, !isLost() {
        transfer.receive(.acknowledgement(block: acknowledgement), at: now) { effects.append($0) }
      } else {
        now = transfer.deadline
        if isComplete { break }
        transfer.tick(at: now) { effects.append($0) }
      }
    }
    for effect in effects where effect == .finished { ending.isFinished = true }
    return ending
  }

  private mutating func isLost() -> Bool { loss > 0 && Int(random.next() % 100) < loss }
}
