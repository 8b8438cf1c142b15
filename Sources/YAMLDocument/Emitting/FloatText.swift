// SPDX-License-Identifier: Apache-2.0

/// Floats as PyYAML writes them: the shortest digits that read back the same, laid out as Python's `repr` does, with
/// a dot always (YAML 1.1 floats need one).
enum FloatText {
  /// `0.1`, `1.0e+22`, `.inf`, `-.inf`, `.nan`.
  static func yaml(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? ".nan" : number < 0 ? "-.inf" : ".inf" }
    // Where neither writes an exponent, Swift's digits are Python's.
    if number == 0 || (1e-4..<1e16).contains(number.magnitude) { return number.description }
    let (digits, exponent) = shortest(number.magnitude)
    let sign = number.sign == .minus ? "-" : ""
    switch exponent {
    case -4..<0: return "\(sign)0.\(zeros(-exponent - 1))\(digits)"
    case 0..<16:
      let whole = digits.prefix(exponent + 1)
      let fraction = digits.dropFirst(exponent + 1)
      return "\(sign)\(whole)\(zeros(exponent + 1 - whole.count)).\(fraction.isEmpty ? "0" : fraction)"
    default:
      let fraction = digits.count == 1 ? "0" : digits.dropFirst()
      let magnitude = String(exponent.magnitude)
      let padded = (magnitude.count == 1 ? "0" : "") + magnitude
      return "\(sign)\(digits.prefix(1)).\(fraction)e\(exponent < 0 ? "-" : "+")\(padded)"
    }
  }

  private static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

  /// The significant digits without zeros at either end, and the power of ten of the first.
  private static func shortest(_ number: Double) -> (digits: Substring, exponent: Int) {
    guard number != 0 else { return ("0", 0) }
    let parts = number.description.split(separator: "e")
    let decimal = parts[0].split(separator: ".")
    let whole = decimal[0]
    let all = whole + (decimal.count > 1 ? decimal[1] : "")
    let leadingZeros = all.prefix { $0 == "0" }.count
    let shift = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    var digits = all.dropFirst(leadingZeros)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (digits, whole.count - 1 - leadingZeros + shift)
  }
}
