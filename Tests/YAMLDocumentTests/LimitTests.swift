// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAMLDocument

@Suite struct LimitTests {
  /// Nine levels of nine aliases: 387 million values out of some 300 bytes.
  @Test func billionLaughs() {
    var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for (name, inner) in zip("bcdefghi", "abcdefgh") {
      text += "\(name): &\(name) [" + Array(repeating: "*\(inner)", count: 9).joined(separator: ",") + "]\n"
    }
    let found = faults(in: text)
    #expect(found.map(\.code) == ["alias-expansion"])
    #expect(found.first?.place?.line == 6, "1 + 9 + 81 + … passes 100,000 where the fifth level is used")
  }

  @Test func mergedAliasesAreBoundedToo() {
    var text = "- &a0 {x: 1}\n"
    for level in 1..<60 { text += "- &a\(level) {<<: [*a\(level - 1), *a\(level - 1)]}\n" }
    #expect(faults(in: text).map(\.code) == ["alias-expansion"])
  }

  /// Each opening is refused at the first collection beyond the bound of 100.
  @Test(arguments: [("[", 101), ("{a: ", 401), ("- ", 201), ("{", 2), ("? ", 201)])
  func deepNesting(opening: String, column: Int) {
    let found = faults(in: String(repeating: opening, count: 10_000))
    #expect(found.count == 1)
    #expect(found.first?.place?.line == 1)
    if opening != "{" {
      #expect(found.map(summary) == ["1:\(column) too-deep"])
    }
  }

  @Test func depthCountsThroughAliases() {
    let limits = YAMLLimits(maximumDepth: 6)
    #expect(faults(in: "- &a [[[1]]]\n- [[*a]]\n", limits: limits).isEmpty)
    #expect(faults(in: "- &a [[[1]]]\n- [[[*a]]]\n", limits: limits).map(summary) == ["2:6 too-deep"])
  }

  @Test func nodesAreCounted() {
    let limits = YAMLLimits(maximumNodes: 4)
    #expect(faults(in: "[a, b, c]", limits: limits).isEmpty)
    #expect(faults(in: "[a, b, c, d]", limits: limits).map(summary) == ["1:11 too-many-values"])
  }

  @Test func theTextIsBounded() {
    let limits = YAMLLimits(maximumBytes: 10)
    #expect(faults(in: "0123456789", limits: limits).isEmpty)
    #expect(faults(in: "0123456789a", limits: limits).map(summary) == ["1:1 text-too-long"])
  }
}
