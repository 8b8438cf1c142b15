// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAMLDocument

@Suite struct ScalarTests {
  @Test(arguments: ResolutionVectors.all)
  func scalarsMeanWhatTheyMeanToPyYAML(vector: ResolutionVector) throws {
    let value = try parse(vector.text).root.value
    if case .float(let expected) = vector.value, expected.isNaN {
      guard case .float(let number) = value else {
        Issue.record("\(vector.text) is \(value)")
        return
      }
      #expect(number.isNaN)
    } else {
      #expect(value == vector.value)
    }
  }

  @Test func onlyPlainScalarsArePlain() throws {
    let items = try #require(try parse("[a, 'a', \"a\"]").root.value.sequence)
    #expect(items == ["a", "a", "a"])
    guard case .sequence(let nodes) = try parse("[a, 'a', \"a\"]").root.content else {
      Issue.record("not a sequence")
      return
    }
    let flags = nodes.map { node in
      guard case .scalar(let scalar) = node.content else { return false }
      return scalar.isPlain
    }
    #expect(flags == [true, false, false])
  }

  /// PyYAML has integers without bounds; ours have 64 bits, and what does not fit stays legible.
  @Test func anIntegerBeyond64BitsIsTextWithAWarning() throws {
    let document = try parse("size: 9223372036854775808")
    #expect(document.root.value == ["size": "9223372036854775808"])
    #expect(document.warnings.map(summary) == ["1:7 not-an-integer"])
    #expect(document.warnings.map(\.length) == [19])
  }

  /// PyYAML's SafeConstructor has no constructor for `=` and `<<` as values.
  @Test(arguments: ["a: =", "a: <<", "[=]"])
  func reservedScalarsAreRefused(text: String) {
    #expect(faults(in: text).map(\.code) == ["reserved-scalar"])
  }

  @Test func reservedScalarsMayBeKeysOrQuoted() throws {
    #expect(try parse("{=: 1, '<<': '='}").root.value == ["=": 1, "<<": "="])
  }

  @Test(arguments: [
    ("a: !foo 1", "1:4 unknown-tag"), ("a: !!python/object:os.system x", "1:4 unknown-tag"),
    ("!!int x", "1:1 wrong-tag"), ("!!str [a]", "1:1 wrong-tag"), ("!!seq {a: b}", "1:1 wrong-tag"),
    ("!!map a", "1:1 wrong-tag"), ("!!bool maybe", "1:1 wrong-tag"),
  ])
  func tagsThatPyYAMLRefusesAreRefused(text: String, expected: String) {
    #expect(faults(in: text).map(summary) == [expected])
  }
}
