// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing
import YAMLDocument

/// Mutated texts: whatever stands in them, reading ends, places lie within the text, and what is read can be written
/// and read again.
@Suite struct MutationTests {
  private static let seeds = [
    "a: [1, 'x', \"y\\n\"]\nb: {c: ~, d: 1.5}\n",
    "- &x {k: v}\n- {<<: *x, l: yes}\n- *x\n",
    "steps:\n- |\n  a\n   b\n- >\n  c\n\n  d\n- ! '12'\n",
    "? k\n: !!str 5\n'é': \"\\u20ac\" # c\n2026-11-21: 1:30\n",
    "--- # x\na:\n  - b: c\n    d: -\n  -\n...\n",
  ]
  private static let pieces = [
    " ", "\n", "\t", ":", ": ", "- ", "\"", "'", "[", "]", "{", "}", ",", "#", "&a ", "*a", "*x", "!", "!!int ", "|\n",
    ">", "%", "é", "😀", "\u{2028}", "\r\n", "\r", "---\n", "<<: ", "? ", "\\", "\u{0}", "0x", "1e", "@",
  ].map { Array($0.utf8) }

  @Test(arguments: 0..<20)
  func mutatedTextsAreReadOrRefused(seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    var accepted = 0
    for _ in 0..<1_000 {
      var bytes = Array(Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &generator)].utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) { Self.mutate(&bytes, &generator) }
      let found = faults(in: bytes)
      guard found.isEmpty else {
        let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
        let place = try #require(found.first?.place)
        #expect((1...lines).contains(place.line) && (1...bytes.count + 1).contains(place.column), "\(bytes)")
        continue
      }
      accepted += 1
      let value = try YAMLDocument(parsing: bytes, file: "fuzz").root.value
      let block = YAMLEmitter.block(value)
      #expect(YAMLEmitter.block(try parse(block).root.value) == block, "\(bytes)")
      #expect(YAMLEmitter.block(try parse(YAMLEmitter.flowLine(value)).root.value) == block, "\(bytes)")
    }
    #expect((100..<900).contains(accepted), "the mutations reach both outcomes")
  }

  private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let position = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...8, using: &generator)))
    case 2:
      let end = min(bytes.count, position + 12)
      bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...position, using: &generator))
    default: bytes.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &generator)], at: position)
    }
  }
}
