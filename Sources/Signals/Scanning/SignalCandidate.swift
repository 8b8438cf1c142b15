// SPDX-License-Identifier: Apache-2.0

/// What a candidate turned out to be. Indices count from its first `<`.
struct SignalMatch: Sendable {
  var kind: ScannedSignal.Kind
  /// Empty for a signal of the runner.
  var name: Range<Int>
  /// Behind the closing `>`.
  var end: Int
}

/// Bytes that begin with `<` and may become a signal: LAVA's four patterns (spec signals §1) and the journal's, read
/// once, in pieces.
///
/// None of the patterns needs a second try: the name is the longest run without white space and must end at a space, so
/// every opening inside a run that ends otherwise fails at the same byte.
struct SignalCandidate: Sendable {
  enum Outcome {
    /// All bytes were read, and more could make it a signal.
    case incomplete
    case match(SignalMatch)
    /// No signal begins before index `next`, which is above 0.
    case noMatch(next: Int)
  }

  private enum Stage {
    case opening
    /// Behind `<LAVA_SIGNAL_`, `<LAVA_MULTI_NODE> <LAVA_` or `<LAVA_JOURNAL `; the name begins here.
    case name(start: Int)
    /// Behind the space after the name.
    case parameters(name: Range<Int>)
  }

  private var kind = ScannedSignal.Kind.signal
  private var stage = Stage.opening
  /// The first byte that was not read yet.
  private var position = 0

  /// Reads on.
  /// - Parameter bytes: all bytes of the candidate, those of earlier calls included.
  mutating func read(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    if let outcome = readOpening(bytes) { return outcome }
    guard case .parameters(let name) = stage, position < bytes.count else { return .incomplete }
    if position == name.upperBound + 1, bytes[position] == UInt8(ascii: ">") { return .noMatch(next: position) }
    guard let end = bytes.index(of: UInt8(ascii: ">"), from: position) else {
      position = bytes.count
      return .incomplete
    }
    return .match(SignalMatch(kind: kind, name: name, end: end + 1))
  }

  /// Reads on up to the parameters.
  /// - Returns: `nil` when the bytes go that far or end before.
  mutating func readOpening(_ bytes: UnsafeRawBufferPointer) -> Outcome? {
    if case .opening = stage, let outcome = readLiteral(bytes) { return outcome }
    guard case .name(let start) = stage else { return nil }
    while position < bytes.count, !bytes[position].isASCIIWhitespace { position += 1 }
    guard position < bytes.count else { return .incomplete }
    guard position > start, bytes[position] == UInt8(ascii: " ") else { return .noMatch(next: position) }
    stage = .parameters(name: start..<position)
    position += 1
    return nil
  }

  /// The literal text that a pattern begins with.
  private mutating func readLiteral(_ bytes: UnsafeRawBufferPointer) -> Outcome? {
    let common = bytes.commonPrefix(with: "<LAVA_")
    guard common == 6 else { return common == bytes.count ? .incomplete : .noMatch(next: common) }
    guard bytes.count > 6 else { return .incomplete }
    switch bytes[6] {
    case UInt8(ascii: "S"): return readOpening("<LAVA_SIGNAL_", of: .signal, bytes)
    case UInt8(ascii: "M"): return readOpening("<LAVA_MULTI_NODE> <LAVA_", of: .multinode, bytes)
    case UInt8(ascii: "T"): return readRunnerSignal(bytes)
    case UInt8(ascii: "J"): return readOpening("<LAVA_JOURNAL ", of: .journal, bytes)
    default: return .noMatch(next: 6)
    }
  }

  private mutating func readOpening(
    _ literal: StaticString,
    of kind: ScannedSignal.Kind,
    _ bytes: UnsafeRawBufferPointer
  ) -> Outcome? {
    let common = bytes.commonPrefix(with: literal)
    guard common == literal.utf8CodeUnitCount else {
      return common == bytes.count ? .incomplete : .noMatch(next: common)
    }
    self.kind = kind
    position = common
    stage = .name(start: common)
    return nil
  }

  private func readRunnerSignal(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    let exit: StaticString = "<LAVA_TEST_RUNNER EXIT>"
    let installFailed: StaticString = "<LAVA_TEST_RUNNER INSTALL_FAIL>"
    var longest = 0
    for (literal, kind) in [(exit, ScannedSignal.Kind.runnerExit), (installFailed, .installFailed)] {
      let common = bytes.commonPrefix(with: literal)
      if common == literal.utf8CodeUnitCount { return .match(SignalMatch(kind: kind, name: 0..<0, end: common)) }
      longest = max(longest, common)
    }
    return longest == bytes.count ? .incomplete : .noMatch(next: longest)
  }
}

extension SignalCandidate {
  /// The last `<` behind the first byte that may still become a signal, in bytes that no signal ends in.
  /// Every byte is read once or twice, however many openings there are.
  static func lastOpening(in bytes: UnsafeRawBufferPointer) -> Int? {
    var last: Int?
    var position = 1
    while let opening = bytes.index(of: UInt8(ascii: "<"), from: position) {
      var candidate = SignalCandidate()
      switch candidate.readOpening(UnsafeRawBufferPointer(rebasing: bytes[opening...])) {
      case .noMatch(let next): position = opening + next
      case .match(let match): position = opening + match.end
      case .incomplete:
        guard case .name(let start) = candidate.stage else { return opening }
        return lastOpening(inName: bytes, from: opening + start) ?? opening
      case nil:
        last = opening
        position = opening + candidate.position
      }
    }
    return last
  }

  /// The last `<` of a name that goes on to the end of the bytes: what begins there has a name that goes on as well.
  private static func lastOpening(inName bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    (start..<bytes.count).last { index in
      guard bytes[index] == UInt8(ascii: "<") else { return false }
      var candidate = SignalCandidate()
      if case .noMatch = candidate.readLiteral(UnsafeRawBufferPointer(rebasing: bytes[index...])) { return false }
      return true
    }
  }
}

extension UInt8 {
  /// White space of Python's `str`, as far as it is ASCII.
  var isASCIIWhitespace: Bool { self == 0x20 || (0x09...0x0D).contains(self) || (0x1C...0x1F).contains(self) }
}
