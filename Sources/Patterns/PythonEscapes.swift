// SPDX-License-Identifier: Apache-2.0

/// What follows a backslash.
extension PythonSyntax {
  /// After a backslash outside a class.
  mutating func translateEscape() throws(Problem) {
    guard let next = peek() else { throw problem("a backslash at the end") }
    if next.isASCIIDigit { return try translateNumber() }
    index += 1
    switch next {
    case "A", "b", "B":
      looksBehind = true
      emit("\\\(next)")
    case "Z": emit("\\z")
    case "d", "D", "s", "S", "w", "W": emit("\\\(next)")
    default: try translateCommonEscape(next)
    }
  }

  /// After a backslash inside a class.
  mutating func translateClassEscape() throws(Problem) {
    guard let next = peek() else { throw problem("a backslash at the end") }
    if next.isASCIIDigit {
      let digits = take(atMost: 3, where: \.isOctalDigit)
      guard let value = UInt32(digits, radix: 8), value <= 0o377 else { throw problem("bad escape \\\(next)") }
      return emit(code: value)
    }
    index += 1
    switch next {
    case "b": emit(code: 8)
    case "d", "D", "s", "S", "w", "W": emit("\\\(next)")
    default: try translateCommonEscape(next)
    }
  }

  /// What means the same inside and outside a class.
  private mutating func translateCommonEscape(_ letter: Unicode.Scalar) throws(Problem) {
    switch letter {
    case "a": emit(code: 7)
    case "f": emit(code: 12)
    case "n": emit(code: 10)
    case "r": emit(code: 13)
    case "t": emit(code: 9)
    case "v": emit(code: 11)
    case "x": try translateHex(letter, count: 2)
    case "u": try translateHex(letter, count: 4)
    case "U": try translateHex(letter, count: 8)
    case _ where letter.isASCIILetter: throw problem("bad escape \\\(letter)")
    case _ where letter.isASCII: emit("\\\(letter)")
    default: emit(letter)
    }
  }

  /// `\x1b`, `\u00e9`, `\U0001f600`: exactly so many digits.
  private mutating func translateHex(_ letter: Unicode.Scalar, count: Int) throws(Problem) {
    let digits = take(atMost: count, where: \.isHexDigit)
    guard digits.utf8.count == count, let value = UInt32(digits, radix: 16), Unicode.Scalar(value) != nil else {
      throw problem("incomplete escape \\\(letter)\(digits)")
    }
    emit(code: value)
  }

  /// A number: octal with a leading zero or with three octal digits, else a group.
  private mutating func translateNumber() throws(Problem) {
    let start = index
    let octal = take(atMost: 3, where: \.isOctalDigit)
    if octal.utf8.first == UInt8(ascii: "0") || octal.utf8.count == 3 {
      guard let value = UInt32(octal, radix: 8), value <= 0o377 else {
        throw problem("octal escape value \\\(octal) outside of range 0-0o377")
      }
      return emit(code: value)
    }
    index = start
    let digits = take(atMost: 2, where: \.isASCIIDigit)
    guard let number = Int(digits), number <= groupCount else { throw problem("invalid group reference \(digits)") }
    try emitReference(to: number)
  }

  private mutating func emit(code: UInt32) { emit("\\x{\(String(code, radix: 16))}") }
}
