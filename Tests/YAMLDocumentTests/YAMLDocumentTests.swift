// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAMLDocument

@Suite struct YAMLDocumentTests {
  @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "--- \n...\n", "\u{FEFF}"])
  func anEmptyTextIsNull(text: String) throws {
    let document = try parse(text)
    #expect(document.root.value == .null)
    #expect(document.warnings.isEmpty)
  }

  @Test func placesAreTheUsersText() throws {
    let document = try parse("job:\n  name: 'x'\n  list: [a,  bc]\n")
    let name = try #require(document.root["job"]?.entry("name"))
    #expect(document.place(of: name.key) == SourcePlace(file: "job.yaml", line: 2, column: 3))
    #expect(document.place(of: name.value) == SourcePlace(file: "job.yaml", line: 2, column: 9))
    #expect(name.value.start == YAMLMark(offset: 13, line: 1, column: 8))
    #expect(name.value.end == YAMLMark(offset: 16, line: 1, column: 11))
    guard case .sequence(let items) = document.root["job"]?["list"]?.content else {
      Issue.record("not a sequence")
      return
    }
    #expect(items.map { document.place(of: $0).column } == [10, 14])
    #expect(items.map(\.length) == [1, 2])
  }

  /// Columns are Unicode scalars, offsets bytes; a byte order mark counts as bytes only.
  @Test func placesBehindOtherScripts() throws {
    let text = "\u{FEFF}é: [€, 😀, x]\n"
    let document = try parse(text)
    guard case .sequence(let items) = document.root["é"]?.content else {
      Issue.record("not a sequence")
      return
    }
    #expect(items.map(\.start.column) == [4, 7, 10])
    #expect(items.map(\.start.offset) == [8, 13, 19])
    #expect(Array(text.utf8)[19] == UInt8(ascii: "x"))
  }

  /// Beyond 64 scalars the offsets go through checkpoints.
  @Test func offsetsInALongTextOfOtherScripts() throws {
    let text = "[" + String(repeating: "é, 😀, ", count: 500) + "x]"
    guard case .sequence(let items) = try parse(text).root.content else {
      Issue.record("not a sequence")
      return
    }
    let bytes = Array(text.utf8)
    for item in items {
      guard case .scalar(let scalar) = item.content else { continue }
      #expect(Array(bytes[item.start.offset..<item.end.offset]) == Array(scalar.text.utf8))
    }
    #expect(items.count == 1001)
  }

  /// libyaml also ends lines at NEL, LS and PS; editors do not, and people read line numbers in editors.
  @Test(arguments: [("\r\n", 3), ("\r", 3), ("\n", 3), ("\u{2028}", 1), ("\u{85}", 1)])
  func linesEndWhereEditorsEndThem(lineBreak: String, line: Int) throws {
    let document = try parse("a: 1\(lineBreak)b: 2\(lineBreak)c: 3")
    let key = try #require(document.root.entry("c")).key
    #expect(document.place(of: key).line == line)
  }

  @Test func lengthsForCarets() throws {
    let document = try parse("key: value\nmap:\n  inner: 1\n  x: y\ntext: |\n  a\n  b\nnone:\n")
    let root = document.root
    #expect(root.length == 3)
    #expect(root["key"]?.length == 5)
    #expect(root["map"]?.length == 5)
    #expect(root["text"]?.length == 1)
    #expect(root["none"]?.length == 0)
  }

  @Test func accessByKey() throws {
    let root = try parse("{a: {b: 1}, 2: c, yes: d}").root
    #expect(root["a"]?["b"]?.value == 1)
    #expect(root["2"] == nil, "the key is an integer")
    #expect(root["yes"] == nil, "the key is a truth value")
    #expect(root["a"]?["b"]?["c"] == nil)
    #expect(root.value == .mapping([.init("a", ["b": 1]), .init(2, "c"), .init(true, "d")]))
  }

  // MARK: Aliases and merge keys

  @Test func aliasesStandForTheirAnchors() throws {
    let document = try parse("a: &x [1, {b: 2}]\nc: *x\nd: &y text\ne: *y\n")
    #expect(document.root.value == ["a": [1, ["b": 2]], "c": [1, ["b": 2]], "d": "text", "e": "text"])
    let copy = try #require(document.root["c"])
    #expect(document.place(of: copy).line == 1, "an alias has the place of what it stands for")
  }

  /// Expected values: PyYAML 6.0.3 `yaml.load(text, CSafeLoader)`, orders included.
  @Test(
    arguments: [
      ("{<<: {b: 2, a: 3}, a: 1}", ["b": 2, "a": 1]),
      ("{<<: {b: 2, a: 3}, a: 1, <<: {z: 1, b: 9}}", ["b": 9, "a": 1, "z": 1]),
      ("{<<: [{a: 1}, {a: 2, b: 2}], c: 3}", ["a": 1, "b": 2, "c": 3]),
      ("{!!merge <<: {a: 1}}", ["a": 1]),
      ("{'<<': {a: 1}}", ["<<": ["a": 1]]),
      ("- &x {a: 1}\n- &y {<<: *x, b: 2}\n- {<<: *y, c: 3}", [["a": 1], ["a": 1, "b": 2], ["a": 1, "b": 2, "c": 3]]),
    ] as [(String, YAMLValue)]
  )
  func mergeKeys(text: String, expected: YAMLValue) throws {
    let document = try parse(text)
    #expect(document.root.value == expected)
    #expect(document.warnings.isEmpty, "to override a merged key is what merging is for")
  }

  @Test func aKeyGivenTwiceIsAWarning() throws {
    let document = try parse("a: 1\nb: 2\na: 3\n")
    #expect(document.root.value == ["a": 3, "b": 2])
    #expect(document.warnings.map(summary) == ["3:1 duplicate-key"])
    #expect(document.warnings.first?.message.contains("line 1") == true)
    #expect(document.root.entry("a").map { document.place(of: $0.value).line } == 3)
  }

  @Test func aKeyGivenTwiceInALargeMappingIsAWarning() throws {
    let keys = (0..<40).map { "k\($0): \($0)\n" }.joined()
    let document = try parse(keys + "k3: x\nk39: y\n")
    #expect(document.warnings.map(summary) == ["41:1 duplicate-key", "42:1 duplicate-key"])
    #expect(document.root["k3"]?.value == "x")
    #expect(document.root["k39"]?.value == "y")
    #expect(document.root.value.mapping?.count == 40)
  }

  /// PyYAML 6.0.3 prints `{1: 'c'}`: a Python dictionary knows one key here.
  @Test func keysThatPythonHoldsEqualAreOne() throws {
    let document = try parse("{1: a, true: b, 1.0: c}")
    #expect(document.root.value == .mapping([.init(1, "c")]))
    #expect(document.warnings.count == 2)
  }

  @Test(arguments: [
    ("a: *x", "1:4 unknown-alias"), ("a: &x [*x]", "1:8 recursive-alias"), ("&x {a: *x}", "1:8 recursive-alias"),
    ("a: &x 1\nb: &x 2", "2:4 duplicate-anchor"), ("a: 1\n---\nb: 2", "2:1 several-documents"),
    ("{[1]: 2}", "1:2 complex-key"), ("url: {{ base }}/x", "1:7 complex-key"), ("{<<: 1}", "1:6 not-mergeable"),
    ("<<: [{a: 1}, 2]", "1:14 not-mergeable"),
  ])
  func whatPyYAMLRefusesAfterParsingIsRefused(text: String, expected: String) {
    #expect(faults(in: text).map(summary) == [expected])
  }

  @Test func anUnknownAliasSuggestsTheNearestAnchor() {
    #expect(faults(in: "a: &kernel 1\nb: *kernal").map(\.suggestion) == ["*kernel"])
  }
}
