// SPDX-License-Identifier: Apache-2.0

/// The server's side of one file on its way to a client, as a value: packets and time in, packets out. It knows no
/// socket and no file (RFC 1350; windows as of RFC 7440).
///
/// A packet that was sent twice is never answered twice (the Sorcerer's Apprentice of RFC 1123, 4.2.3.1): only progress
/// and silence make it send.
package struct TFTPTransfer: Sendable {
  /// What to do next, in this order.
  package enum Effect: Sendable, Hashable {
    case sendOptionAcknowledgement([TFTPOption])
    /// Sends `count` bytes of the file from `offset` on, under this block number.
    case sendData(block: UInt16, offset: Int, count: Int)
    case sendError(TFTPError)
    /// The client has all of the file.
    case finished
    /// The client gave up, or fell silent.
    case failed(String)
  }

  package let terms: TFTPTerms
  private let size: Int
  /// The last block: it is shorter than the others, and may be empty.
  private let lastBlock: Int
  /// The first block that is not acknowledged; 0 stands for the acknowledgement of options. Counted without wrapping.
  private var base: Int
  /// The last block that was sent.
  private var sent: Int
  private var sentAt = Duration.zero
  private var progressAt = Duration.zero
  /// How often the same window was sent again for silence.
  private var repetitions = 0
  private var roundTrip: Duration?
  /// Whether the transfer is over.
  package private(set) var isOver = false

  /// A client that says nothing for so many of its timeouts, and at least ten seconds, is gone.
  private static let patience = 10

  /// - Parameter size: of the file, in bytes as they go over the wire.
  package init(_ terms: TFTPTerms, size: Int) {
    self.terms = terms
    self.size = size
    lastBlock = size / terms.blockSize + 1
    base = terms.acknowledged.isEmpty ? 1 : 0
    sent = base - 1
  }

  /// When to call ``tick(at:_:)`` if nothing comes before.
  package var deadline: Duration { sentAt + silence }

  /// Begins: acknowledges the options, or sends the first window.
  package mutating func start(at now: Duration, _ emit: (Effect) -> Void) {
    progressAt = now
    sendWindow(at: now, emit)
  }

  /// Takes a packet of the client.
  package mutating func receive(_ packet: TFTPPacket, at now: Duration, _ emit: (Effect) -> Void) {
    guard !isOver else { return }
    switch packet {
    case .acknowledgement(let block): acknowledge(block, at: now, emit)
    case .error(let error): end(.failed("the client ended it: \(error.message) (\(error.code))"), emit)
    case .request:
      // The client's request again: it has not seen the answer, which silence repeats.
      break
    case .data, .optionAcknowledgement:
      emit(.sendError(TFTPError(.illegalOperation, "this file is being read")))
      end(.failed("the client sent a packet that does not belong here"), emit)
    }
  }

  /// Sends again what was not acknowledged, when the deadline has passed.
  package mutating func tick(at now: Duration, _ emit: (Effect) -> Void) {
    guard !isOver, now >= deadline else { return }
    guard now - progressAt < max(.seconds(10), terms.timeout * Self.patience) else {
      emit(.sendError(TFTPError(.notDefined, "no acknowledgement came")))
      return end(.failed("the client fell silent at block \(base) of \(lastBlock)"), emit)
    }
    repetitions += 1
    sendWindow(at: now, emit)
  }

  private mutating func acknowledge(_ block: UInt16, at now: Duration, _ emit: (Effect) -> Void) {
    // Numbers wrap: the block that is meant is the one between the last acknowledged and the last sent.
    let step = Int(block &- UInt16(truncatingIfNeeded: base - 1))
    let acknowledged = base - 1 + step
    guard acknowledged <= sent, acknowledged >= 0 else { return }
    if step == 0 {
      // In a window it says that the first block of it was lost. A copy of an old packet says the same: wait a while.
      guard terms.windowSize > 1, base > 0, now - sentAt > silence / 4 else { return }
    } else {
      if repetitions == 0 { measure(now - sentAt) }
      repetitions = 0
      progressAt = now
      base = acknowledged + 1
      if base > lastBlock { return end(.finished, emit) }
    }
    sendWindow(at: now, emit)
  }

  private mutating func sendWindow(at now: Duration, _ emit: (Effect) -> Void) {
    sentAt = now
    guard base > 0 else {
      sent = 0
      return emit(.sendOptionAcknowledgement(terms.acknowledged))
    }
    sent = min(base + terms.windowSize - 1, lastBlock)
    for block in base...sent {
      let offset = (block - 1) * terms.blockSize
      let count = min(terms.blockSize, size - offset)
      emit(.sendData(block: UInt16(truncatingIfNeeded: block), offset: offset, count: count))
    }
  }

  private mutating func end(_ effect: Effect, _ emit: (Effect) -> Void) {
    isOver = true
    emit(effect)
  }

  /// How long to wait for an acknowledgement: four round trips, twice as long each time, up to the terms' timeout.
  private var silence: Duration {
    guard let roundTrip else { return terms.timeout }
    return min(max(roundTrip * 4, .milliseconds(10)) * (1 << min(repetitions, 10)), terms.timeout)
  }

  /// Smooths the round trip as TCP does (RFC 6298).
  private mutating func measure(_ sample: Duration) {
    roundTrip = roundTrip.map { ($0 * 7 + sample) / 8 } ?? sample
  }
}
