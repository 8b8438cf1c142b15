// SPDX-License-Identifier: Apache-2.0

/// What a line of TAP says of one test: `not ok 3 - name # SKIP reason`.
struct TAPPoint {
  /// Its number; `nil` when the line has none.
  private(set) var number: UInt64?
  /// Its description, white space as `_`; empty when the line has none.
  private(set) var name: Bytes
  private(set) var result: TAPResult
  /// Why it was skipped or failed, where the line says it.
  private(set) var reason: Bytes = []

  /// Reads a line, without indentation and white space at its end; `nil` when it is not one of a test.
  init?(_ line: Bytes) {
    var start = 0
    result = .pass
    if line.begins(with: "not"), line.isSpace(at: 3) {
      result = .fail
      start = line.skippingSpaces(from: 3)
    }
    guard line.holds("ok", at: start), start + 2 == line.count || line.isSpace(at: start + 2) else { return nil }
    start = line.skippingSpaces(from: start + 2)

    var end = start
    while end < line.count, line[end].isDigit { end += 1 }
    if end == line.count || line.isSpace(at: end), let decimal = line.part(start..<end).decimal {
      number = decimal
      start = line.skippingSpaces(from: end)
    }
    if line.holds("-", at: start), start + 1 == line.count || line.isSpace(at: start + 1) { start += 1 }
    end = line.directive(from: start)
    name = line.part(start..<end).tapName
    if end < line.count { apply(line.part(from: line.skippingSpaces(from: end + 1))) }
  }

  /// - Parameter directive: what stands behind the `#`.
  private mutating func apply(_ directive: Bytes) {
    if directive.holds(lowerCase: "skip", at: 0) {
      var end = 0
      while end < directive.count, !directive.isSpace(at: end) { end += 1 }
      reason = directive.part(from: directive.skippingSpaces(from: end))
      result = .skip
    } else if directive.holds(lowerCase: "todo", at: 0) || directive.holds(lowerCase: "xfail", at: 0) {
      reason = directive
      result = .skip
    } else if result == .fail {
      reason = directive
    }
  }
}

extension [UInt8] {
  /// Whether white space of one line stands at an index.
  func isSpace(at index: Int) -> Bool {
    index < count && (self[index] == .space || self[index] == .tab)
  }

  /// The index of the first byte from an index on that is not white space.
  @inline(never)
  func skippingSpaces(from start: Int) -> Int {
    var index = start
    while isSpace(at: index) { index += 1 }
    return index
  }

  /// Whether letters stand at an index, those of a literal in lower case, in whatever case.
  @inline(never)
  fileprivate func holds(lowerCase text: StaticString, at index: Int) -> Bool {
    guard count - index >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where self[index + offset] | 0x20 != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// The index of the `#` behind a description: it has white space before it, and behind it white space or a directive.
  /// The number of bytes when there is none; `#123` is a part of the description.
  fileprivate func directive(from start: Int) -> Int {
    for index in start..<count where self[index] == UInt8(ascii: "#") && (index == start || isSpace(at: index - 1)) {
      let next = index + 1
      if next == count || isSpace(at: next) || holds(lowerCase: "skip", at: next) || holds(lowerCase: "todo", at: next)
      {
        return index
      }
    }
    return count
  }

  /// A description as a part of an id: white space as one `_`, none at its ends; `\#` and `\\` without the backslash.
  @inline(never)
  var tapName: Bytes {
    var name: Bytes = []
    var index = skippingSpaces(from: 0)
    while index < count {
      let next = skippingSpaces(from: index)
      if next > index {
        if next < count { name.append("_") }
        index = next
        continue
      }
      if holds("\\#", at: index) || holds("\\\\", at: index) { index += 1 }
      name.append(byte: self[index])
      index += 1
    }
    return name
  }
}
