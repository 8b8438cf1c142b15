// SPDX-License-Identifier: Apache-2.0

/// Turns a pattern in the syntax of Python's `re` into one of PCRE2 that means the same.
///
/// Most is common to both. What differs is rewritten (`\Z`, `\v`, `{,3}`, named groups, a `[` in a class, numbers
/// that are octal here and a group there), and what only PCRE2 knows (`\Q`, `\K`, `(?R)`, `(*VERB)`) is refused, as
/// Python refuses it. Documentation of the syntax: Python 3.11, library reference, "Regular expression syntax".
struct PythonSyntax {
  let source: [Unicode.Scalar]
  /// Where the reader stands in `source`.
  var index = 0
  /// The pattern for PCRE2, in UTF-8.
  private(set) var output: [UInt8] = []
  /// For each byte of `output`, where in `source` it comes from.
  private(set) var origins: [Int] = []
  /// Flags that the pattern itself sets for the whole of it.
  var options: PatternOptions
  var groupCount = 0
  var groupNames: [String: Int] = [:]
  /// Whether a match depends on what stands before it: `^`, `\A`, `\b`, `\B`.
  var looksBehind = false
  /// Whether a match depends on what stands after a place in it: `(?=`.
  var looksAhead = false
  /// The pattern and the groups that are open; the last is the innermost.
  var levels: [Level]
  /// Where the item now being read begins.
  private var itemStart = 0

  /// The pattern, or a part of it in parentheses.
  struct Level {
    /// Whether blanks and comments mean nothing.
    var isVerbose: Bool
    /// The group's number, where it has one.
    var group: Int?
  }

  /// What is wrong, before it is known whose pattern it is.
  struct Problem: Error {
    var offset: Int
    var reason: String
  }

  init(_ pattern: String, _ options: PatternOptions) {
    source = Array(pattern.unicodeScalars)
    self.options = options
    levels = [Level(isVerbose: options.contains(.verbose))]
  }

  /// Reads the whole pattern.
  mutating func translate() throws(Problem) {
    while let next = peek() {
      itemStart = index
      index += 1
      switch next {
      case "\\": try translateEscape()
      case "[": try translateClass()
      case "(": try translateGroup()
      case ")":
        if levels.count > 1 { levels.removeLast() }
        emit(")")
      case "{": translateBrace()
      case "^":
        looksBehind = true
        emit("^")
      case "#" where levels.last?.isVerbose == true: skipComment()
      default: emit(next)
      }
    }
  }

  // MARK: Reading and writing

  func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    source.indices.contains(index + distance) ? source[index + distance] : nil
  }

  /// Passes over `scalar` if it is next.
  mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    index += 1
    return true
  }

  /// Passes over what stands before the next `end`, and over that; nil, without moving, where there is none.
  mutating func take(until end: Unicode.Scalar) -> String? {
    guard let found = source[index...].firstIndex(of: end) else { return nil }
    defer { index = found + 1 }
    var text = ""
    text.unicodeScalars.append(contentsOf: source[index..<found])
    return text
  }

  /// Passes over up to `limit` scalars that fulfil a condition.
  mutating func take(atMost limit: Int, where condition: (Unicode.Scalar) -> Bool) -> String {
    var text = ""
    while text.unicodeScalars.count < limit, let next = peek(), condition(next) {
      text.unicodeScalars.append(next)
      index += 1
    }
    return text
  }

  mutating func emit(_ text: String) {
    output += text.utf8
    origins += repeatElement(itemStart, count: text.utf8.count)
  }

  mutating func emit(_ scalar: Unicode.Scalar) { emit(String(Character(scalar))) }

  /// A problem with the item that is being read.
  func problem(_ reason: String) -> Problem { Problem(offset: itemStart, reason: reason) }

  private mutating func skipComment() {
    while let next = peek(), next != "\n" { index += 1 }
  }

  // MARK: Repetition

  /// After `{`: a repetition, or else just a brace. Python reads `{,3}` as `{0,3}`; PCRE2 reads it literally.
  private mutating func translateBrace() {
    let start = index
    let low = take(atMost: 9, where: \.isASCIIDigit)
    let isRange = accept(",")
    let high = isRange ? take(atMost: 9, where: \.isASCIIDigit) : low
    guard accept("}"), isRange || !low.isEmpty else {
      index = start
      emit("\\{")
      return
    }
    emit(isRange ? "{\(low.isEmpty ? "0" : low),\(high)}" : "{\(low)}")
  }

  // MARK: Classes

  /// After `[`.
  private mutating func translateClass() throws(Problem) {
    let start = itemStart
    emit(accept("^") ? "[^" : "[")
    var isFirst = true
    while let next = peek() {
      itemStart = index
      index += 1
      switch next {
      case "]" where !isFirst:
        emit("]")
        return
      case "]", "[": emit("\\\(next)")
      case "\\": try translateClassEscape()
      default: emit(next)
      }
      isFirst = false
    }
    itemStart = start
    throw problem("unterminated character set")
  }
}

extension Unicode.Scalar {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
  var isOctalDigit: Bool { ("0"..."7").contains(self) }
  var isHexDigit: Bool { isASCIIDigit || ("a"..."f").contains(self) || ("A"..."F").contains(self) }
  var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
