// SPDX-License-Identifier: Apache-2.0

/// What is left of a console's bytes when the lines that the kernel printed in between are taken out.
///
/// Such a line begins with `[` time `]`, with or without `<level>` before it, at any byte of what a program prints, and
/// ends with its newline.
struct Residue: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where the bytes stand in the stream: from each index in ``bytes`` on, until the next.
  private var pieces: [(index: Int, offset: Int)] = []
  /// Behind the last byte in the stream.
  private let endOffset: Int
  private let rawCount: Int

  /// Which of two lines of the kernel ends first where one seems to stand in another.
  enum Nesting: CaseIterable {
    /// The outer one holds text that only looks like a second time.
    case outerFirst
    /// The inner one was printed in the middle of the outer one.
    case innerFirst
  }

  /// - Parameter offset: of the first byte in the stream.
  init(_ raw: [UInt8], at offset: Int, _ nesting: Nesting) {
    endOffset = offset + raw.count
    rawCount = raw.count
    var cuts = raw.withUnsafeBytes { raw in
      switch nesting {
      case .outerFirst: Self.cutsOuterFirst(raw)
      case .innerFirst: Self.cutsInnerFirst(raw)
      }
    }
    // What the kernel's log prints of our own signals is theirs.
    raw.withUnsafeBytes { raw in cuts.removeAll { UnsafeRawBufferPointer(rebasing: raw[$0]).contains(Self.ours) } }
    var start = 0
    for cut in cuts.sorted(by: { $0.lowerBound < $1.lowerBound }) + [raw.count..<raw.count] {
      guard cut.upperBound > start || cut.isEmpty else { continue }
      if cut.lowerBound > start {
        pieces.append((bytes.count, offset + start))
        bytes += raw[start..<cut.lowerBound]
      }
      start = max(start, cut.upperBound)
    }
  }

  /// How our own signals begin.
  static let ours: StaticString = "<LAVA_"

  /// Whether anything was taken out.
  var isCut: Bool { bytes.count < rawCount }

  /// Where a part of ``bytes`` stands in the stream.
  func place(of range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return endOffset..<endOffset }
    return offset(of: range.lowerBound)..<(offset(of: range.upperBound - 1) + 1)
  }

  /// Whether something was taken out between the bytes of this part.
  func isCut(in range: Range<Int>) -> Bool { place(of: range).count > range.count }

  private func offset(of index: Int) -> Int {
    let next = pieces.partitioningIndex { $0.index > index }
    let piece = pieces[next - 1]
    return piece.offset + index - piece.index
  }

  // MARK: The kernel's lines

  /// From left to right: what a line holds is not looked at.
  private static func cutsOuterFirst(_ raw: UnsafeRawBufferPointer) -> [Range<Int>] {
    var cuts: [Range<Int>] = []
    var position = 0
    while let start = KernelTime.next(in: raw, from: position) {
      let end = endOfLine(raw, from: start.upperBound)
      cuts.append(KernelTime.withLevel(raw, start.lowerBound, from: position)..<end)
      position = end
    }
    return cuts
  }

  /// From right to left: a line ends at the first newline that does not end one inside it.
  private static func cutsInnerFirst(_ raw: UnsafeRawBufferPointer) -> [Range<Int>] {
    var times: [Range<Int>] = []
    var position = 0
    while let time = KernelTime.next(in: raw, from: position) {
      times.append(time)
      position = time.upperBound
    }
    var cuts: [Range<Int>] = []
    for time in times.reversed() {
      // The cuts so far lie behind this time, the nearest last.
      var end = time.upperBound
      var inside = cuts.count
      while true {
        end = endOfLine(raw, from: end)
        guard let inner = cuts[..<inside].last, inner.lowerBound < end else { break }
        end = inner.upperBound
        inside -= 1
      }
      cuts.removeSubrange(inside...)
      cuts.append(KernelTime.withLevel(raw, time.lowerBound, from: 0)..<end)
    }
    return cuts
  }

  /// Behind the next newline; the end where there is none.
  private static func endOfLine(_ raw: UnsafeRawBufferPointer, from start: Int) -> Int {
    raw.index(of: UInt8(ascii: "\n"), from: start).map { $0 + 1 } ?? raw.count
  }
}

/// `[   12.345678]`, as the kernel begins its lines.
enum KernelTime {
  /// Whether there is one exactly as the kernel prints it (`%5lu.%06lu`): `[1.5]` may be a part of a name.
  static func isPrinted(in raw: UnsafeRawBufferPointer) -> Bool {
    var position = 0
    while let time = next(in: raw, from: position) {
      let point = raw[time].firstIndex(of: UInt8(ascii: ".")) ?? time.lowerBound
      if raw[time.lowerBound + 1] == UInt8(ascii: " ") || time.upperBound - point == 8 { return true }
      position = time.upperBound
    }
    return false
  }

  /// The next one that begins at or behind an index.
  static func next(in raw: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
    var position = start
    while let opening = raw.index(of: UInt8(ascii: "["), from: position) {
      if let end = end(of: raw, from: opening) { return opening..<end }
      position = opening + 1
    }
    return nil
  }

  /// Behind the `]`; nil when this is no time.
  private static func end(of raw: UnsafeRawBufferPointer, from opening: Int) -> Int? {
    var index = opening + 1
    while index < raw.count, raw[index] == UInt8(ascii: " "), index - opening < 12 { index += 1 }
    guard let point = digits(raw, from: index), point < raw.count, raw[point] == UInt8(ascii: "."),
      let end = digits(raw, from: point + 1), end < raw.count, raw[end] == UInt8(ascii: "]")
    else { return nil }
    return end + 1
  }

  /// Behind one to ten digits.
  private static func digits(_ raw: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var index = start
    while index < raw.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(raw[index]) { index += 1 }
    return (1...10).contains(index - start) ? index : nil
  }

  /// Where the line begins: at `<level>` when it stands right before the time.
  static func withLevel(_ raw: UnsafeRawBufferPointer, _ opening: Int, from start: Int) -> Int {
    guard opening > start, raw[opening - 1] == UInt8(ascii: ">") else { return opening }
    var index = opening - 1
    while index > start, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(raw[index - 1]) { index -= 1 }
    let hasLevel = (1...3).contains(opening - 1 - index) && index > start && raw[index - 1] == UInt8(ascii: "<")
    return hasLevel ? index - 1 : opening
  }
}

extension Array {
  /// The first index whose element fulfils a condition that all behind it fulfil, too.
  fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = isBehind(self[middle]) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
    }
    return range.lowerBound
  }
}
