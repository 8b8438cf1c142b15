// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDocument

@Suite struct EmitterTests {
  @Test(arguments: BlockVectors.all)
  func blockStyleIsPyYAMLs(vector: EmitterVector) {
    #expect(YAMLEmitter.block(vector.value) == vector.text)
  }

  @Test(arguments: FlowVectors.all)
  func flowStyleIsPyYAMLs(vector: EmitterVector) {
    #expect(YAMLEmitter.flowLine(vector.value) == vector.text)
  }

  /// The example of spec results-and-log §1.
  @Test func aResultsLine() {
    let line: YAMLValue = [
      "dt": "2026-11-21T12:02:10.341710+00:00", "lvl": "results",
      "msg": [
        "definition": "0_first", "case": "c3", "result": "pass", "measurement": .float(4.5), "units": "MB/s",
        "starttc": 244, "endtc": 244,
      ],
    ]
    let expected = #"""
      {"dt": "2026-11-21T12:02:10.341710+00:00", "lvl": "results", "msg": {"definition": "0_first", "case": "c3", \#
      "result": "pass", "measurement": ! "4.5", "units": "MB/s", "starttc": ! "244", "endtc": ! "244"}}
      """#
    #expect(YAMLEmitter.flowLine(line) == expected)
  }

  /// LAVA's width is 100,000 and longer lines are replaced as a whole (spec results-and-log §1), so none is folded.
  @Test func aLongLogLineStaysOneLine() {
    let text = String(repeating: "word ", count: 50_000)
    #expect(YAMLEmitter.flowLine(["msg": .string(text)]) == "{\"msg\": \"\(text)\"}")
  }

  /// What PyYAML 6.0.3 prints for the timestamp that it read from each text.
  @Test(arguments: [
    ("2026-11-21", "2026-11-21"), ("2026-11-21T10:00:00Z", "2026-11-21 10:00:00+00:00"),
    ("2026-1-2 3:04:05", "2026-01-02 03:04:05"),
    ("2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.100000-05:00"),
    ("2026-11-21 10:00:00.5 +2", "2026-11-21 10:00:00.500000+02:00"),
    ("2026-11-21 10:00:00.000", "2026-11-21 10:00:00"),
    ("2026-11-21 10:00:00.1234567 -0:00", "2026-11-21 10:00:00.123456+00:00"),
    ("2026-11-21\t10:00:00\t-12:30", "2026-11-21 10:00:00-12:30"),
    ("2026-11-21T10:00:00.", "2026-11-21 10:00:00"),
  ])
  func timestampsAreNormalised(text: String, expected: String) throws {
    #expect(YAMLEmitter.block(["t": .timestamp(text)]) == "t: \(expected)\n")
    #expect(YAMLEmitter.flowLine([.timestamp(text)]) == "[! \"\(expected)\"]")
    #expect(try parse(YAMLEmitter.block([.timestamp(text)])).root.value == [.timestamp(expected)])
  }
}

extension BlockVectors {
  static let all = wordsThatLookLikeOtherTypes + indicators + blanksAndLines + notASCII + folded + numbers + collections
}

extension FlowVectors {
  static let all = wordsThatLookLikeOtherTypes + indicators + blanksAndLines + notASCII + folded + numbers + collections
}
