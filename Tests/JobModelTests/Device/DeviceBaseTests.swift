// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing
import YAMLDocument

/// Device files that extend bases (docs/DeviceConfiguration.md).
@Suite struct DeviceBaseTests {
  // MARK: - Rules

  @Test(arguments: [
    ("mappings merge key by key", "a: {x: 1, y: 2}", "a: {y: 3, z: 4}", "a: {x: 1, y: 3, z: 4}"),
    ("new keys come last", "b: 1\na: 2", "c: 3\na: 4", "b: 1\na: 4\nc: 3"),
    ("a list replaces a list", "a: [1, 2]", "a: [3]", "a: [3]"),
    ("a scalar replaces a mapping", "a: {x: 1}", "a: 2", "a: 2"),
    ("a mapping replaces a scalar", "a: 2", "a: {x: 1}", "a: {x: 1}"),
    ("an empty mapping adds nothing", "a: {x: 1}", "a: {}", "a: {x: 1}"),
    ("an empty text is a value", "a: x", "a: ''", "a: ''"),
    ("null removes", "a: {x: 1, y: 2}\nb: 3", "a: {x: null}\nb: ~", "a: {y: 2}"),
    ("a tagged null removes", "a: 1\nb: 2", "a: !!null ''", "b: 2"),
    ("null removes what is only named", "a: {x: , y: }", "a: {x: null}", "a: {y: }"),
    ("what is not there cannot be removed", "a: 1", "b: null", "a: 1\nb: null"),
    ("a key without a value leaves the base's", "a: {x: 1}\nb: 2", "a:\nb:", "a: {x: 1}\nb: 2"),
    ("a key without a value names something", "a: {x: }", "a: {y: }", "a: {x: , y: }"),
    ("keys that are no texts merge too", "a: {1: x, 2: y}", "a: {1: z}", "a: {1: z, 2: y}"),
    (
      "a timeout is one value", "timeouts: {actions: {a: {minutes: 2}, b: {minutes: 1}}}",
      "timeouts: {actions: {a: {seconds: 10}}}", "timeouts: {actions: {a: {seconds: 10}, b: {minutes: 1}}}"
    ),
    (
      "only a timeout is", "a: {actions: {a: {minutes: 2}}}", "a: {actions: {a: {seconds: 10}}}",
      "a: {actions: {a: {minutes: 2, seconds: 10}}}"
    ),
  ])
  func rule(_ name: String, base: String, own: String, expected: String) throws {
    let merged = try Bases(["base": base]).merged("extends: base\n\(own)\n")
    #expect(try merged.root.value == YAMLDocument(text: expected).root.value, "\(name)")
  }

  /// The order of the keys is what people read: a mapping's equality does not tell it.
  @Test func keysKeepTheirOrder() throws {
    let merged = try Bases(["base": "b: 1\na: {d: 1, c: 2}\n"]).merged("e: 1\nextends: base\na: {c: 3, f: 4}\n")
    #expect(YAMLEmitter.block(merged.root.value) == "b: 1\na:\n  d: 1\n  c: 3\n  f: 4\ne: 1\n")
  }

  @Test func aFileThatExtendsNothingIsAsItWas() throws {
    let merged = try Bases([:]).merged("a: null\nb:\n")
    #expect(merged.root.value == ["a": .null, "b": .null])
    #expect(merged.files == ["device.yaml"])
  }

  // MARK: - Several bases

  @Test func theLaterBaseWins() throws {
    let bases = Bases(["one": "a: 1\nb: 1\nc: 1", "two": "b: 2\nc: 2"])
    #expect(try bases.merged("extends: [one, two]\nc: 3").root.value == ["a": 1, "b": 2, "c": 3])
    #expect(try bases.merged("extends: [two, one]\nc: 3").root.value == ["b": 1, "c": 3, "a": 1])
  }

  @Test func aBaseExtendsABase() throws {
    let bases = Bases(["low": "a: 1\nb: 1\nc: 1", "middle": "extends: low\nb: 2\nc: 2"])
    let merged = try bases.merged("extends: middle\nc: 3")
    #expect(merged.root.value == ["a": 1, "b": 2, "c": 3])
    #expect(merged.files == ["device.yaml", "bases/middle.yaml", "bases/low.yaml"])
  }

  /// What both of two bases extend counts before either, so it does not undo what the first of them says.
  @Test func aBaseThatIsReachedTwiceCountsOnce() throws {
    let bases = Bases(["low": "a: 1\nb: 1", "left": "extends: low\na: 2", "right": "extends: low\nb: 3"])
    #expect(try bases.merged("extends: [left, right]").root.value == ["a": 2, "b": 3])
    #expect(try bases.merged("extends: [right, left, low]").root.value == ["a": 2, "b": 3])
  }

  @Test func whatABaseRemovesTheDeviceMayAdd() throws {
    let bases = Bases(["low": "a: {x: 1, y: 1}", "middle": "extends: low\na: {x: null}"])
    #expect(try bases.merged("extends: middle\na: {x: 2}").root.value == ["a": ["y": 1, "x": 2]])
  }

  // MARK: - Places

  @Test func eachNodeKnowsItsFile() throws {
    let bases = Bases(["low": "a:\n  x: 1\n  y: 2\n", "high": "extends: low\na:\n  y: 3\n"])
    let merged = try bases.merged("extends: high\n\na: {z: [4]}\n")
    let mapping = try #require(merged.root.entry("a"))
    let places = try ["x", "y", "z"].map { merged.place(of: try #require(mapping.value.entry($0)).key).description }
    #expect(places == ["bases/low.yaml:2:3", "bases/high.yaml:3:3", "device.yaml:3:5"])
    #expect(merged.place(of: mapping.key).description == "device.yaml:3:1")
    guard case .sequence(let items)? = mapping.value["z"]?.content else { return #expect(Bool(false), "no list") }
    #expect(merged.place(of: items[0]).description == "device.yaml:3:9")
  }

  /// Findings of a device that is made of three files, each where its text stands.
  @Test func findingsPointIntoTheFileThatSaysIt() throws {
    let bases = Bases([
      "good": goodDevice,
      "bad": "extends: good\ncharacter_delays:\n  boot: fast\ntimeouts: {actions: {power-off: 10}}\nenviroment: {}\n",
    ])
    let reading = Reading(try bases.merged("extends: bad\narchitecture: ''\ncommands: {hard_reset: [1]}\n"))
    #expect(Device(reading) == nil)
    #expect(
      reading.diagnostics.sorted().items.map { "\($0.place.map(\.file) ?? "nowhere"):\(line(of: $0))" } == [
        "bases/bad.yaml:3:9 error wrong-type: 'boot' cannot be the text 'fast' | expected a whole number, at least 0",
        "bases/bad.yaml:4:33 error wrong-type: the timeout of 'power-off' cannot be the number '10'"
          + " | expected a mapping with days, hours, minutes or seconds",
        "bases/bad.yaml:5:1 warning unknown-key: unknown key 'enviroment' in the device: it has no effect"
          + " | meant environment",
        "device.yaml:2:15 error empty-text: 'architecture' cannot be an empty text",
        "device.yaml:3:25 error wrong-type: an item of 'hard_reset' cannot be the number '1' | expected a text",
      ]
    )
  }

  @Test func warningsOfBasesAreKept() throws {
    let merged = try Bases(["base": "a: 1\na: 2\n"]).merged("extends: base\nb: 1\nb: 2\n")
    #expect(
      merged.warnings.map { "\($0.place?.description ?? "nowhere") \($0.code)" } == [
        "bases/base.yaml:2:1 duplicate-key", "device.yaml:3:1 duplicate-key",
      ]
    )
  }

  // MARK: - Mistakes

  private static let mistakes: [(extends: String, findings: [String])] = [
    (
      "qmeu",
      [
        "device.yaml:1:10 error missing-base: there is no base 'qmeu' | expected one of: circle, empty, list, ours, qemu"
          + " | meant qemu"
      ]
    ),
    (
      "qemu.yaml",
      [
        "device.yaml:1:10 error missing-base: there is no base 'qemu.yaml'"
          + " | expected one of: circle, empty, list, ours, qemu | meant qemu"
      ]
    ),
    (
      "[nowhere, ours]",
      [
        "bases/ours.yaml:1:17 error missing-base: there is no base 'elsewhere'"
          + " | expected one of: circle, empty, list, ours, qemu",
        "device.yaml:1:11 error missing-base: there is no base 'nowhere'"
          + " | expected one of: circle, empty, list, ours, qemu",
      ]
    ),
    ("circle", ["bases/circle.yaml:2:10 error circular-extends: 'circle' extends itself: circle.yaml → circle.yaml"]),
    ("device", ["device.yaml:1:10 error circular-extends: 'device' extends itself: device.yaml → device.yaml"]),
    ("list", ["bases/list.yaml:1:1 error wrong-type: a base cannot be a list | expected a mapping of keys to values"]),
    ("empty", ["bases/empty.yaml:1:1 error wrong-type: a base cannot be empty | expected a mapping of keys to values"]),
    ("broken", ["bases/broken.yaml:1:1 error unreadable: broken"]),
    (
      "../qemu",
      [
        "device.yaml:1:10 error not-a-name: '../qemu' is not the name of a base"
          + " | expected a name such as 'qemu', for the file bases/qemu.yaml"
      ]
    ),
    (
      "",
      ["device.yaml:1:1 error missing-value: 'extends' has no value | expected the name of a base, or a list of names"]
    ),
    ("5", ["device.yaml:1:10 error wrong-type: 'extends' cannot be the number '5' | expected a text"]),
    ("{qemu: }", ["device.yaml:1:10 error wrong-type: 'extends' cannot be a mapping | expected a text"]),
    (
      "[qemu, '', [qemu]]",
      [
        "device.yaml:1:17 error empty-text: an item of 'extends' cannot be an empty text",
        "device.yaml:1:21 error wrong-type: an item of 'extends' cannot be a list | expected a text",
      ]
    ),
  ]

  @Test(arguments: mistakes.indices) func mistake(_ index: Int) throws {
    let bases = Bases([
      "qemu": "a: 1", "ours": "extends: [qemu, elsewhere]", "circle": "a: 1\nextends: circle", "list": "- a",
      "empty": "",
    ])
    let mistake = Self.mistakes[index]
    let thrown = #expect(throws: DiagnosticList.self) { try bases.merged("extends: \(mistake.extends)\n") }
    let found = try #require(thrown).sorted().items.map { "\($0.place?.file ?? "nowhere"):\(line(of: $0))" }
    #expect(found == mistake.findings)
  }

  @Test func aMissingBaseSaysWhereItWasLookedFor() throws {
    let thrown = #expect(throws: DiagnosticList.self) { try Bases([:]).merged("extends: qemu\n") }
    #expect(try #require(thrown).items.map(\.advice) == ["A base is a file with the ending .yaml in bases or shared."])
  }

  @Test func aCircleOfThreeIsSpelledOut() throws {
    let bases = Bases(["one": "extends: two", "two": "extends: three", "three": "extends: one"])
    let thrown = #expect(throws: DiagnosticList.self) { try bases.merged("extends: one\n") }
    #expect(
      try #require(thrown).items.map(\.message) == ["'one' extends itself: one.yaml → two.yaml → three.yaml → one.yaml"]
    )
  }

  /// A device file that is read without its bases says so: nothing is silently left out.
  @Test func aDeviceWithoutItsBasesIsNotComplete() throws {
    let message = "the bases that this device file extends were not read"
    #expect(try deviceFindings("extends: qemu\n" + goodDevice) == ["1:1 error bases-not-read: \(message)"])
    #expect(
      try deviceFindings("extend: qemu\n" + goodDevice) == [
        "1:1 warning unknown-key: unknown key 'extend' in the device: it has no effect | meant extends"
      ]
    )
  }

  /// Whatever stands in a device or its base: reading ends, gives a device exactly where there is no error, and names
  /// places that there are.
  @Test(arguments: ["", " ~", " []", " {}", " [~]", " 5", " text", " {a: b}", " {a: null}", " !!null ''", " 'x'"])
  func strangeValues(_ value: String) throws {
    let lines = goodDevice.split(separator: "\n").map(String.init)
    for index in lines.indices {
      guard let colon = lines[index].firstIndex(of: ":") else { continue }
      var strange = lines
      strange[index] = lines[index][...colon] + value
      let text = strange.joined(separator: "\n")
      guard (try? YAMLDocument(text: text)) != nil else { continue }
      for (base, own) in [(text, goodDevice), (goodDevice, text)] {
        let reading = Reading(try Bases(["base": base]).merged("extends: base\n" + own))
        #expect((Device(reading) == nil) == reading.diagnostics.hasErrors, "\(text)")
        for finding in reading.diagnostics.items {
          let place = try #require(finding.place)
          #expect(["device.yaml", "bases/base.yaml"].contains(place.file))
          #expect((1...lines.count + 1).contains(place.line))
        }
      }
    }
  }
}

/// Bases in memory, by name; each is the file `bases/NAME.yaml`. `broken` cannot be read.
private struct Bases {
  private let texts: [String: String]

  init(_ texts: [String: String]) { self.texts = texts }

  /// The file `device.yaml` with its bases.
  func merged(_ text: String) throws(DiagnosticList) -> YAMLDocument {
    let device = try YAMLDocument(parsing: Array(text.utf8), file: "device.yaml")
    return try device.withBases { name, _ in
      if name == "broken" { return .unreadable(DiagnosticList([.init(.error, "unreadable", "broken", at: .broken)])) }
      if name == "device" { return .found(device) }
      guard let text = texts[name] else { return .missing(folders: ["bases", "shared"], names: texts.keys.sorted()) }
      do throws(DiagnosticList) {
        return .found(try YAMLDocument(parsing: Array(text.utf8), file: "bases/\(name).yaml"))
      } catch {
        return .unreadable(error)
      }
    }
  }
}

extension SourcePlace {
  fileprivate static var broken: SourcePlace { SourcePlace(file: "bases/broken.yaml", line: 1, column: 1) }
}

extension YAMLDocument {
  fileprivate init(text: String) throws { try self.init(parsing: Array(text.utf8), file: "expected.yaml") }
}
