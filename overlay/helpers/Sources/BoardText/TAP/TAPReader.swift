// SPDX-License-Identifier: Apache-2.0

/// Reads the Test Anything Protocol, versions 12 to 14 (testanything.org), and the kernel's KTAP
/// (docs.kernel.org/dev-tools/ktap.html), line by line: a line costs time in proportion to its length, and what is no TAP is
/// passed over.
package struct TAPReader {
  private let report: TAPReport
  private var level: TAPLevel
  /// The name in `# Subtest: NAME` or kselftest's `# selftests: NAME`, for the level that follows.
  private var nextName: Bytes = []
  /// How many `# ` the lines of a nested stream have before them: kselftest nests by that, and it counts as indentation.
  private var nestedHashes = 0
  /// The indentation of the YAML block in which the reader is.
  private var blockIndentation: Int?
  /// Whether the tests have given up.
  private var isOver = false

  /// How many levels may be in each other; what is deeper belongs to the last.
  private static var depthLimit: Int { 16 }

  /// - Parameters:
  ///   - prefix: stands before all names, with a dot behind it; may be empty.
  ///   - report: is called with each result, when the line has come that tells it.
  package init(prefix: Bytes, report: @escaping TAPReport) {
    self.report = report
    level = TAPLevel(parent: nil, indentation: 0, name: prefix)
  }

  /// Takes the next line, without its newline, and reports what it says.
  @inline(never)
  package mutating func take(_ line: Bytes) {
    if isOver { return }
    var start = line.timestampEnd
    let column = start
    var hashes = 0
    while hashes < nestedHashes, line.holds("# ", at: start) {
      start += 2
      hashes += 1
    }
    if line.holds("# TAP version ", at: start) || line.holds("# KTAP version ", at: start) {
      start += 2
      hashes += 1
      nestedHashes = hashes
    }
    start = line.skippingSpaces(from: start)
    let indentation = start - column
    var end = line.count
    while end > start, line[end - 1].isBlank || line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let text = line.part(min(start, end)..<end)

    if let blockIndentation, text.isEmpty || indentation >= blockIndentation {
      if text.equals("...") { self.blockIndentation = nil }
      return
    }
    blockIndentation = nil
    if text.equals("---"), indentation > level.indentation {
      blockIndentation = indentation
    } else if let point = TAPPoint(text) {
      nestedHashes = hashes
      enter(indentation)
      take(point)
    } else if text.begins(with: "1..") {
      takePlan(text, indentation)
    } else if text.begins(with: "TAP version ") || text.begins(with: "KTAP version ") {
      enter(indentation)
      if level.hasBegun {
        // Another stream behind the first.
        level.reportMissing(report)
        level = TAPLevel(
          parent: level.parent,
          indentation: level.indentation,
          name: level.parent == nil ? level.path : []
        )
      }
    } else if text.begins(with: "# Subtest:") || text.begins(with: "# selftests:") {
      enter(indentation)
      let name = text.part(from: text.holds("S", at: 2) ? 10 : 2).tapName
      if name.isEmpty { return }
      // Its level may have begun with this line, or the one before, or begin with the next.
      if level.isNamed || level.hasBegun { nextName = name } else { level.rename(name) }
    } else if text.begins(with: "Bail out!") {
      giveUp(text.part(from: text.skippingSpaces(from: 9)))
    }
  }

  /// Reports what is missing at the end of the input.
  @inline(never)
  package mutating func finish() {
    if isOver { return }
    enter(0)
    level.reportMissing(report)
  }

  /// Goes to the level of an indentation; levels that are deeper are at their end.
  @inline(never)
  private mutating func enter(_ indentation: Int) {
    while level.indentation > indentation, let parent = level.parent {
      level.reportMissing(report)
      level = parent
      nextName = []
    }
    if level.indentation < indentation, level.depth < Self.depthLimit {
      level = TAPLevel(parent: level, indentation: indentation, name: nextName)
      nextName = []
    }
  }

  private mutating func take(_ point: TAPPoint) {
    let number = point.number ?? level.lastNumber &+ 1
    level.note(number)
    nextName = []
    report(level.id(point.name, number: number), point.result, point.reason)
  }

  private mutating func takePlan(_ text: Bytes, _ indentation: Int) {
    var end = 3
    while end < text.count, text[end].isDigit { end += 1 }
    guard end == text.count || text.isSpace(at: end), let count = text.part(3..<end).decimal else { return }
    enter(indentation)
    // Nobody else says that the outermost tests are skipped.
    if count == 0, level.parent == nil, level.plan == nil {
      var reason = text.part(from: text.skippingSpaces(from: end))
      if reason.begins(with: "#") { reason = reason.part(from: reason.skippingSpaces(from: 1)) }
      report(level.id(Bytes("all-tests"), number: 0), .skip, reason)
    }
    level.expect(count)
  }

  private mutating func giveUp(_ reason: Bytes) {
    enter(0)
    report(level.id(Bytes("bail-out"), number: 0), .fail, reason)
    level.reportMissing(report)
    isOver = true
  }
}

extension [UInt8] {
  /// The index behind what the kernel's log puts before a line: `<6>[    1.234567][   T12] `; 0 when there is none.
  fileprivate var timestampEnd: Int {
    var end = 0
    if holds("<", at: 0), let close = index(of: UInt8(ascii: ">")), close < 5 { end = close + 1 }
    var hasTime = false
    while holds("[", at: end) {
      var close = end + 1
      while close < count, self[close].isInTimestamp { close += 1 }
      guard holds("]", at: close) else { break }
      hasTime = true
      end = close + 1
    }
    if !hasTime { return 0 }
    return isSpace(at: end) ? end + 1 : end
  }
}

extension UInt8 {
  /// Whether the byte may stand in a time, or in the number of a task (`T12`) or a processor (`C0`).
  fileprivate var isInTimestamp: Bool {
    isDigit || self == .space || self == UInt8(ascii: ".") || self == UInt8(ascii: "T") || self == UInt8(ascii: "C")
  }
}
