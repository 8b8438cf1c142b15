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
  /// Which pattern matched (spec signals §1; docs/Signals.md for the journal's).
  package enum Kind: Sendable, Hashable {
    /// `<LAVA_TEST_RUNNER EXIT>`
    case runnerExit
    /// `<LAVA_TEST_RUNNER INSTALL_FAIL>`
    case installFailed
    /// `<LAVA_SIGNAL_NAME PARAMETERS>`
    case signal
    /// `<LAVA_MULTI_NODE> <LAVA_NAME PARAMETERS>`
    case multinode
    /// `<LAVA_JOURNAL KEY.SUM TEXT>`: what `lava-journal` answers. The name is `KEY.SUM`, the parameters are the text.
    case journal
  }

  package let kind: Kind
  /// The signal from its first `<` to its closing `>`, as the console had it: what the trailer's sum is of.
  package let bytes: [UInt8]
  /// What stood behind the closing `>`; `nil` when it was no trailer.
  package let trailer: SignalTrailer?
  /// Whether the end of the line, or silence, follows the closing `>`: it was printed without a trailer. What is not
  /// plain and has none may have lost it.
  package let isPlain: Bool
  /// Where the first `<` stands in the stream, in bytes from the scanner's start.
  package let offset: Int
  /// Where the stream goes on behind the signal and its trailer, in bytes from the scanner's start.
  package let endOffset: Int
  /// Where the name lies in ``bytes``; empty for a signal of the runner.
  private let nameRange: Range<Int>

  init(_ match: SignalMatch, bytes: [UInt8], trailer: SignalTrailer?, isPlain: Bool, place: Range<Int>) {
    kind = match.kind
    nameRange = match.name
    self.bytes = bytes
    self.trailer = trailer
    self.isPlain = isPlain
    offset = place.lowerBound
    endOffset = place.upperBound
  }

  /// A signal from its text, which must hold nothing else; `nil` when it is none.
  ///
  /// - Parameter place: in the stream.
  init?(text: [UInt8], trailer: SignalTrailer? = nil, isPlain: Bool = false, place: Range<Int> = 0..<0) {
    var candidate = SignalCandidate()
    guard case .match(let match) = text.withUnsafeBytes({ candidate.read($0) }), match.end == text.count else {
      return nil
    }
    self.init(match, bytes: text, trailer: trailer, isPlain: isPlain, place: place)
  }

  /// The same signal with another text or place.
  func with(text: [UInt8], place: Range<Int>? = nil) -> ScannedSignal? {
    ScannedSignal(text: text, trailer: trailer, isPlain: isPlain, place: place ?? offset..<endOffset)
  }

  /// `TESTCASE`, `STARTRUN`, `SEND`, …; empty for a signal of the runner. Bytes that are not UTF-8 are replaced.
  package var name: String { String(decoding: bytes[nameRange], as: UTF8.self) }

  /// The raw bytes between the space behind the name and the closing `>`; empty for a signal of the runner.
  package var parameters: ArraySlice<UInt8> {
    nameRange.isEmpty ? [] : bytes[(nameRange.upperBound + 1)..<(bytes.count - 1)]
  }

  /// Whether it is a signal of this name.
  func isNamed(_ name: StaticString) -> Bool {
    guard kind == .signal, nameRange.count == name.utf8CodeUnitCount else { return false }
    return bytes.withUnsafeBytes {
      UnsafeRawBufferPointer(rebasing: $0[nameRange]).commonPrefix(with: name) == nameRange.count
    }
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
      let text = Array(bytes[opening...])
      let place = (offset + opening)..<endOffset
      guard let signal = ScannedSignal(text: text, trailer: trailer, isPlain: isPlain, place: place) else { continue }
      inner.append(signal)
    }
    return inner
  }
}
