// SPDX-License-Identifier: Apache-2.0

import HostTools
import TFTP
import Testing

/// Files of every awkward size arrive whole, whatever the line loses (RFC 1350, RFC 7440).
@Suite struct TFTPTransferTests {
  private func terms(_ options: [TFTPOption], size: Int) throws -> TFTPTerms {
    try TFTPTerms(for: TFTPRequest(.read, "f", options: options), size: size)
  }

  @Test(arguments: [0, 1, 511, 512, 513, 65_535 * 512 + 1], [1, 16, 64])
  func aFileArrivesWhole(_ size: Int, _ window: Int) throws {
    let options = window == 1 ? [] : [TFTPOption("windowsize", "\(window)")]
    for loss in [0, 1, 5] {
      let transfer = TFTPTransfer(try terms(options, size: size), size: size)
      var client = SimulatedClient(loss: loss, random: SeededGenerator(state: UInt64(size + window + loss)))
      let ending = client.run(transfer)
      #expect(ending.received == size, "loss \(loss)")
      if loss == 0 {
        // Nothing is sent twice on a line that loses nothing.
        #expect(ending == .init(received: size, dropped: 0, sent: size / 512 + 1, isFinished: true))
      }
    }
  }

  @Test func aPacketThatCameTwiceIsNotAnsweredTwice() throws {
    var transfer = TFTPTransfer(try terms([], size: 2_000), size: 2_000)
    var sent: [UInt16] = []
    func note(_ effect: TFTPTransfer.Effect) { if case .sendData(let block, _, _) = effect { sent.append(block) } }
    transfer.start(at: .zero, note)
    transfer.receive(.acknowledgement(block: 1), at: .milliseconds(1), note)
    transfer.receive(.acknowledgement(block: 1), at: .milliseconds(2), note)
    transfer.receive(.acknowledgement(block: 7), at: .milliseconds(3), note)
    #expect(sent == [1, 2])
  }

  @Test func silenceRepeatsTheWindowEachTimeLaterAndEndsIt() throws {
    var transfer = TFTPTransfer(try terms([TFTPOption("timeout", "2")], size: 10), size: 10)
    var effects: [TFTPTransfer.Effect] = []
    transfer.start(at: .zero) { effects.append($0) }
    #expect(effects == [.sendOptionAcknowledgement([TFTPOption("timeout", "2")])])
    transfer.receive(.acknowledgement(block: 0), at: .milliseconds(100)) { effects.append($0) }
    #expect(effects.last == .sendData(block: 1, offset: 0, count: 10))
    // Four round trips of 100 ms, then twice that, never above the client's 2 s.
    var waits: [Duration] = []
    var last = Duration.milliseconds(100)
    while !transfer.isOver {
      waits.append(transfer.deadline - last)
      last = transfer.deadline
      transfer.tick(at: last) { effects.append($0) }
    }
    #expect(waits.prefix(4) == [.milliseconds(400), .milliseconds(800), .milliseconds(1_600), .seconds(2)])
    #expect(effects.suffix(2).first == .sendError(TFTPError(.notDefined, "no acknowledgement came")))
    #expect(effects.last == .failed("the client fell silent at block 1 of 1"))
    #expect(last - .milliseconds(100) >= .seconds(20))
  }

  @Test func theClientsErrorEndsIt() throws {
    var transfer = TFTPTransfer(try terms([], size: 10), size: 10)
    var effects: [TFTPTransfer.Effect] = []
    transfer.start(at: .zero) { _ in }
    transfer.receive(.error(TFTPError(.diskFull, "no room")), at: .zero) { effects.append($0) }
    #expect(effects == [.failed("the client ended it: no room (3)")])
    #expect(transfer.isOver)
  }
}
