// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDocument

/// A long document is written as the value that has the same items.
@Suite struct LongDocumentTests {
  private struct Refused: Error {}

  private static func item(_ number: Int) -> YAMLValue {
    ["number": .int(number), "text": .string("größe \(number)"), "list": [1, [:]], "none": .null]
  }

  @Test(arguments: [0, 1, 2, 5000])
  func isWrittenAsAValue(count: Int) {
    var document = LongDocument()
    document.add("head", ["a": 1])
    document.add("items", items: (0..<count).lazy.map(Self.item))
    document.add("7", items: [true, "x"])
    let value: YAMLValue = ["head": ["a": 1], "items": .sequence((0..<count).map(Self.item)), "7": [true, "x"]]
    var pieces: [[UInt8]] = []
    YAMLEmitter.block(document) { pieces.append($0) }
    #expect(pieces.joined().elementsEqual(YAMLEmitter.block(value).utf8))
    // What is held at once does not grow with the document.
    #expect(pieces.allSatisfy { $0.count < 100_000 } && pieces.count > count / 2000)
    pieces = []
    JSONEmitter.pretty(document) { pieces.append($0) }
    #expect(pieces.joined().elementsEqual("\(JSONEmitter.pretty(value))\n".utf8))
    #expect(pieces.allSatisfy { $0.count < 100_000 } && pieces.count > count / 2000)
  }

  @Test func aRefusalEndsIt() {
    var document = LongDocument()
    var made = 0
    document.add(
      "items",
      items: (0..<100_000).lazy.map { number in
        made += 1
        return Self.item(number)
      }
    )
    #expect(throws: Refused.self) { try YAMLEmitter.block(document) { _ throws(Refused) in throw Refused() } }
    #expect(throws: Refused.self) { try JSONEmitter.pretty(document) { _ throws(Refused) in throw Refused() } }
    #expect(made < 10_000)
  }
}
