// SPDX-License-Identifier: Apache-2.0

/// Puts torn signals together again, from the bytes of a console between two signals that arrived.
///
/// Nothing counts that is not proved: by its sum and by a number that is missing, or, for what run.sh prints itself, by
/// being exactly what this run is known to print.
struct SignalMender {
  /// A signal that is whole again.
  struct Mended: Sendable {
    var signal: ScannedSignal
    /// `nil` for what has no number: STARTRUN and ENDRUN.
    var number: Int?
    /// Whether it came as the board made it, in one piece: only its end is not there yet, or it stood in a torn one.
    var isWhole = false
  }

  let sum: SignalSum
  /// Whether a signal is what run.sh prints itself in this run.
  let isRunSignal: (ScannedSignal) -> Bool
  /// Whether a number has not been seen yet.
  let isMissing: (Int) -> Bool
  /// Whether more may come behind the last byte.
  var isOpen = false

  /// How many missing numbers are looked for byte by byte.
  private static let mostGuesses = 64

  /// - Parameters:
  ///   - raw: the console's bytes.
  ///   - offset: where they begin in the stream.
  ///   - gap: the numbers that should be in there; only these are corrected.
  func mend(_ raw: [UInt8], at offset: Int, gap: Range<Int>) -> [Mended] {
    var found: [Mended] = []
    var numbers: Set<Int> = []
    func add(_ mended: Mended) {
      if let number = mended.number {
        if numbers.insert(number).inserted { found.append(mended) }
      } else if !found.contains(where: { $0.signal.offset == mended.signal.offset }) {
        found.append(mended)
      }
    }
    var residues = [Residue(raw, at: offset, .outerFirst)]
    if residues[0].isCut {
      let other = Residue(raw, at: offset, .innerFirst)
      if other.bytes != residues[0].bytes { residues.append(other) }
    }
    for mended in residues.flatMap(scan) { add(mended) }
    for number in gap.lazy.filter(isMissing).prefix(Self.mostGuesses) where !numbers.contains(number) {
      for mended in residues.lazy.compactMap({ correct($0, number) }).prefix(1) { add(mended) }
    }
    return found.sorted { $0.signal.offset < $1.signal.offset }
  }

  // MARK: Without the kernel's lines

  private func scan(_ residue: Residue) -> [Mended] {
    var found: [Mended] = []
    var scanner = SignalScanner()
    func take(_ signal: ScannedSignal) {
      for candidate in [signal] + signal.innerSignals {
        guard let (whole, number) = proved(candidate, residue) else { continue }
        let range = candidate.offset..<candidate.endOffset
        if let moved = whole.with(text: whole.bytes, place: residue.place(of: range)) {
          found.append(Mended(signal: moved, number: number, isWhole: !residue.isCut(in: range)))
        }
        return
      }
    }
    residue.bytes.withUnsafeBytes { scanner.scan($0) { take($0) } }
    if let last = scanner.finish() { take(last) }
    return found
  }

  /// The signal as the board made it, and its number if it has one; `nil` when nothing proves it.
  private func proved(_ signal: ScannedSignal, _ residue: Residue) -> (ScannedSignal, Int?)? {
    if let whole = sum.verified(signal), let number = whole.trailer?.number {
      return isMissing(number) ? (whole, number) : nil
    }
    // Whole ones were found before.
    guard residue.isCut(in: signal.offset..<(signal.offset + signal.bytes.count)) else { return nil }
    return signal.kind == .journal || isRunSignal(signal) ? (signal, nil) : nil
  }

  // MARK: One byte

  /// The signal with a number, when one byte of it, or of its trailer, is wrong, missing or too many.
  private func correct(_ residue: Residue, _ number: Int) -> Mended? {
    correctText(residue, number) ?? correctTrailer(residue, number)
  }

  /// The trailer is whole.
  private func correctText(_ residue: Residue, _ number: Int) -> Mended? {
    let bytes = residue.bytes
    let mark = Array(" #\(number).".utf8)
    for range in bytes.places(of: mark, limit: 4) {
      guard let printed = Self.sum(in: bytes, at: range.upperBound) else { continue }
      for start in Self.starts(in: bytes, before: range.lowerBound) {
        let text = TerminalBytes.withoutReturns(Array(bytes[start..<range.lowerBound]))
        let place = residue.place(of: start..<(range.upperBound + 8))
        for corrected in SignalCorrection.corrections(of: text[...], head: sum.head(number: number), sum: printed) {
          if let signal = ScannedSignal(text: corrected, place: place) { return Mended(signal: signal, number: number) }
        }
      }
    }
    return nil
  }

  /// The text is whole.
  private func correctTrailer(_ residue: Residue, _ number: Int) -> Mended? {
    let bytes = residue.bytes
    var scanner = SignalScanner()
    var found: Mended?
    func take(_ signal: ScannedSignal) {
      for candidate in [signal] + signal.innerSignals where found == nil {
        let text = TerminalBytes.withoutReturns(candidate.bytes)
        let wanted = Array(" #\(number).\(sum.value(of: text, number: number).hexText)".utf8)
        let start = candidate.offset + candidate.bytes.count
        let length = [wanted.count, wanted.count - 1, wanted.count + 1].first { count in
          start + count <= bytes.count && (!isOpen || start + wanted.count <= bytes.count)
            && SimilarText.distance(bytes[start..<(start + count)], wanted, limit: 1) != nil
        }
        guard let length else { continue }
        let place = residue.place(of: candidate.offset..<(start + length))
        found = candidate.with(text: text, place: place).map { Mended(signal: $0, number: number) }
      }
    }
    bytes.withUnsafeBytes { scanner.scan($0) { take($0) } }
    if let last = scanner.finish() { take(last) }
    return found
  }

  /// Eight hex digits.
  private static func sum(in bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 8 <= bytes.count else { return nil }
    let text = String(decoding: bytes[index..<(index + 8)], as: UTF8.self)
    return text.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") } ? UInt32(text, radix: 16) : nil
  }

  private static let opening = Array("<LAVA_".utf8)

  /// Where a signal may begin that ends before an index, the nearest first: at `<LAVA_`, of which a byte may be wrong.
  private static func starts(in bytes: [UInt8], before end: Int) -> [Int] {
    var starts: [Int] = []
    var index = end - opening.count - 1
    let first = max(0, end - 4096)
    while index >= first, starts.count < 4 {
      // One of its halves is whole.
      let isHead = bytes[index] == opening[0] && bytes[index + 1] == opening[1] && bytes[index + 2] == opening[2]
      let isTail = (2...4).contains { bytes[(index + $0)...].starts(with: opening[3...]) }
      if isHead || isTail, SimilarText.begins(bytes[index...(index + opening.count)], nearly: opening) {
        starts.append(index)
      }
      index -= 1
    }
    return starts
  }
}

extension [UInt8] {
  /// Where a text stands in the bytes, the last places first.
  fileprivate func places(of text: [UInt8], limit: Int) -> [Range<Int>] {
    withUnsafeBytes { bytes in
      var places: [Range<Int>] = []
      var position = 0
      while let start = bytes.index(of: text[0], from: position) {
        position = start + 1
        guard bytes[start...].starts(with: text) else { continue }
        places.append(start..<(start + text.count))
        position = start + text.count
      }
      return places.suffix(limit).reversed()
    }
  }
}

extension UInt32 {
  /// Eight lower-case hex digits.
  var hexText: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
