// SPDX-License-Identifier: Apache-2.0

/// The number and the sum that a helper of ours adds to a signal (docs/Signals.md, "Trailer").
package struct SignalTrailer: Sendable, Hashable {
  /// The number of the signal in this start of the runner, from 1 on.
  package var number: Int
  /// The CRC-32C as it was printed; `nil` when the trailer is torn behind its number.
  package var sum: UInt32?

  package init(number: Int, sum: UInt32?) {
    self.number = number
    self.sum = sum
  }
}

/// A signal as it was found in a stream of bytes. What it means is the business of ``TestShellMachine``.
package struct ScannedSignal: Sendable, Hashable {
  /// Which of the four patterns matched (spec signals §1).
  package enum Kind: Sendable, Hashable {
    /// `<LAVA_TEST_RUNNER EXIT>`
    case runnerExit
    /// `<LAVA_TEST_RUNNER INSTALL_FAIL>`
    case installFailed
    /// `<LAVA_SIGNAL_NAME PARAMETERS>`
    case signal
    /// `<LAVA_MULTI_NODE> <LAVA_NAME PARAMETERS>`
    case multinode
  }

  package let kind: Kind
  /// The signal from its first `<` to its closing `>`, as the console had it: what the trailer's sum is of.
  package let bytes: [UInt8]
  /// What stood behind the closing `>`; `nil` when it was no trailer.
  package let trailer: SignalTrailer?
  /// Where the first `<` stands in the stream, in bytes from the scanner's start.
  package let offset: Int
  /// Where the stream goes on behind the signal and its trailer, in bytes from the scanner's start.
  package let endOffset: Int
  /// Where the name lies in ``bytes``; empty for a signal of the runner.
  private let nameRange: Range<Int>

  init(_ match: SignalMatch, bytes: [UInt8], trailer: SignalTrailer?, offset: Int, endOffset: Int) {
    kind = match.kind
    nameRange = match.name
    self.bytes = bytes
    self.trailer = trailer
    self.offset = offset
    self.endOffset = endOffset
  }

  /// `TESTCASE`, `STARTRUN`, `SEND`, …; empty for a signal of the runner. Bytes that are not UTF-8 are replaced.
  package var name: String { String(decoding: bytes[nameRange], as: UTF8.self) }

  /// The raw bytes between the space behind the name and the closing `>`; empty for a signal of the runner.
  package var parameters: ArraySlice<UInt8> {
    nameRange.isEmpty ? [] : bytes[(nameRange.upperBound + 1)..<(bytes.count - 1)]
  }

  /// The name's raw bytes.
  var nameBytes: ArraySlice<UInt8> { bytes[nameRange] }

  /// The signals that begin inside this one and end where it ends, the last one first, at most two: what is left of a
  /// line when the signal before it lost its end.
  var innerSignals: [ScannedSignal] {
    var inner: [ScannedSignal] = []
    var index = bytes.count
    var tries = 8
    while inner.count < 2, tries > 0, index > 1, let opening = bytes[1..<index].lastIndex(of: UInt8(ascii: "<")) {
      index = opening
      tries -= 1
      var candidate = SignalCandidate()
      let outcome = bytes[opening...].withUnsafeBytes { candidate.read($0) }
      guard case .match(let match) = outcome, opening + match.end == bytes.count else { continue }
      let text = Array(bytes[opening...])
      inner.append(
        ScannedSignal(match, bytes: text, trailer: trailer, offset: offset + opening, endOffset: endOffset)
      )
    }
    return inner
  }
}
