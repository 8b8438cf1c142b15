// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

@Suite("TAP that something has happened to")
struct TAPFuzzTests {
  /// Numbers that are the same in every run (SplitMix64).
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private static let streams = [
    "TAP version 13\n1..4\nok 1 - a # SKIP b\nnot ok 2 a \\# b # TODO c\n  ---\n  message: x\n  ...\nok 3\nBail out! d\nok 4\n",
    "# Subtest: a\n    # Subtest: b\n        ok 1 - c\n        1..1\n    ok 1 - b\n    1..1\nok 1 - a\n1..2\n",
    "<6>[    0.062000]     KTAP version 1\n[    0.06][ T12]     # Subtest: a\n[    0.065000]     1..3\n[ 1.0]     ok 1 b\n[ 2.0] ok 1 a\n",
    "TAP version 13\n1..2\n# selftests: a: b\n# TAP version 13\n# 1..3\n# # c\n# ok 1 d\nnot ok 1 selftests: a: b # exit=1\n1..0 # SKIP\n",
  ].map { b($0) }

  private static let pieces = [
    "ok", "not ok", "1..", "1..18446744073709551615", " ", "    ", "\n", "#", "# ", "\\", "---", "...", "TAP version ",
    "# Subtest: ", "Bail out!", "[ 1.0] ", "<", "\0", "\r", "18446744073709551615", "0", "SKIP", "-", "\t",
  ].map { b($0) }

  private func mutated(_ numbers: inout Numbers) -> Bytes {
    var stream = Self.streams.randomElement(using: &numbers)!
    for _ in 0..<Int.random(in: 1...8, using: &numbers) {
      let start = Int.random(in: 0...stream.count, using: &numbers)
      let end = min(stream.count, start + Int.random(in: 0...12, using: &numbers))
      let other = Self.streams.randomElement(using: &numbers)!
      let from = Int.random(in: 0..<other.count, using: &numbers)
      switch Int.random(in: 0..<6, using: &numbers) {
      case 0: stream.removeSubrange(start..<end)
      case 1:
        stream.replaceSubrange(start..<end, with: (start..<end).map { _ in UInt8.random(in: 0...255, using: &numbers) })
      case 2: stream.insert(contentsOf: Self.pieces.randomElement(using: &numbers)!, at: start)
      case 3: stream.insert(contentsOf: other[from..<min(other.count, from + 40)], at: start)
      case 4: stream.insert(contentsOf: stream[start..<end], at: start)
      default: stream.insert(contentsOf: Bytes(repeating: UInt8(ascii: " "), count: 300), at: start)
      }
    }
    return stream
  }

  /// What is told after each line: so many results.
  private func read(_ lines: [Bytes]) -> (ids: [Bytes], counts: [Int]) {
    final class Results { var ids: [Bytes] = [] }
    let results = Results()
    var reader = TAPReader(prefix: []) { id, _, _ in results.ids.append(id) }
    var counts: [Int] = []
    for line in lines {
      reader.take(line)
      counts.append(results.ids.count)
    }
    reader.finish()
    return (results.ids, counts)
  }

  @Test(
    "Whatever the bytes are: every id is one, a line gives no more than its plan, and no result waits for what follows"
  )
  func mutations() {
    var numbers = Numbers(state: 20_261_121)
    for _ in 0..<10_000 {
      let lines = mutated(&numbers).lines
      let (ids, counts) = read(lines)
      #expect(ids.allSatisfy { !$0.isEmpty && $0.count <= 512 })
      // Each level that a line ends may miss 257 points; there are sixteen.
      for (before, after) in zip([0] + counts, counts) { #expect(after - before <= 1 + 16 * 257) }
      let half = lines.count / 2
      let (idsOfHalf, countsOfHalf) = read(Array(lines.prefix(half)))
      #expect(countsOfHalf == Array(counts.prefix(half)))
      #expect(Array(idsOfHalf.prefix(countsOfHalf.last ?? 0)) == Array(ids.prefix(countsOfHalf.last ?? 0)))
    }
  }

  /// With time in proportion to the square of the length these would take minutes each.
  @Test(
    "Long lines and many of them",
    arguments: [
      Bytes(repeating: UInt8(ascii: " "), count: 200_000),
      b("ok 1 ") + Bytes(repeating: UInt8(ascii: "#"), count: 200_000),
      b("ok ") + Bytes(repeating: UInt8(ascii: "9"), count: 200_000),
      Bytes(b("ok 1 ") + (0..<50_000).flatMap { _ in b(" #a") }),
      Bytes((0..<50_000).flatMap { _ in b("# ") }), Bytes((0..<50_000).flatMap { _ in b("[1]") }),
      Bytes((0..<10_000).flatMap { _ in b("ok\n  1..9\n") }),
      Bytes((0..<10_000).flatMap { _ in b("# Subtest: a\n    ok\n") }),
    ]
  )
  func large(stream: Bytes) {
    let (ids, _) = read(stream.lines)
    #expect(ids.count <= stream.count)
  }
}
