// SPDX-License-Identifier: Apache-2.0

/// A time to wait, as `CHARACTER_DELAY` has it: seconds as a decimal fraction, `0.03`.
package enum Delay {
  /// Reads digits with at most one point between or around them.
  ///
  /// - Returns: milliseconds, smaller parts dropped; `nil` when the text is anything else, or above a day.
  package static func milliseconds(_ text: Bytes) -> Int32? {
    let point = text.index(of: UInt8(ascii: ".")) ?? text.count
    // The digits without the point, the fraction filled up or cut to three.
    var digits = text.part(0..<point)
    digits.append(text.part(from: min(point + 1, text.count)))
    guard digits.decimal != nil else { return nil }
    digits.append("000")
    guard let milliseconds = digits.part(0..<(point + 3)).decimal, milliseconds <= 86_400_000 else { return nil }
    return Int32(milliseconds)
  }
}
