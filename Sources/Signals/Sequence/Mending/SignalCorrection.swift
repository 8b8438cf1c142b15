// SPDX-License-Identifier: Apache-2.0

/// Finds the one byte whose change makes a sum right: a byte that was garbled, lost or added on the way.
///
/// A text of a hundred bytes has some twenty thousand such neighbours, of 2^32 sums: one of two hundred thousand texts that
/// are torn worse would be taken for another. Bytes that no signal holds are not tried.
enum SignalCorrection {
  /// The neighbours of a text that have this sum.
  ///
  /// - Parameter head: the sum of what goes before the text.
  static func corrections(of text: ArraySlice<UInt8>, head: CRC32C, sum: UInt32) -> [[UInt8]] {
    let text = Array(text)
    // The register before each byte, and the one that there must be for the sum to come out.
    var forward = [head.state]
    forward.reserveCapacity(text.count + 1)
    for byte in text { forward.append(CRC32C.step(forward[forward.count - 1], byte)) }
    var backward = [UInt32](repeating: ~sum, count: text.count + 1)
    for index in text.indices.reversed() { backward[index] = CRC32C.stepBack(backward[index + 1], text[index]) }
    var found: [[UInt8]] = []
    for index in 0...text.count {
      if let byte = CRC32C.byte(from: forward[index], to: backward[index]), isLikely(byte) {
        found.append(text[..<index] + [byte] + text[index...])
      }
      guard index < text.count else { break }
      if forward[index] == backward[index + 1] { found.append(Array(text[..<index] + text[(index + 1)...])) }
      if let byte = CRC32C.byte(from: forward[index], to: backward[index + 1]), isLikely(byte) {
        found.append(text[..<index] + [byte] + text[(index + 1)...])
      }
    }
    return found
  }

  private static func isLikely(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }
}
