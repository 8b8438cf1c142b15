// SPDX-License-Identifier: Apache-2.0

import Multinode
import Testing
import YAMLDocument

/// Bytes on the wire (spec multinode §3).
@Suite struct WireTests {
  /// Those that LAVA's coordinator was seen to send.
  private static let vectors: [(GroupAnswer, String)] = [
    (.wait, #"00000014{"response": "wait"}"#),
    (.acknowledged, #"00000013{"response": "ack"}"#),
    (.refused, #"00000014{"response": "nack"}"#),
    (
      .members([("A", "host"), ("B", "guest"), ("C", "guest")].map { GroupMember(client: $0, role: $1) }),
      #"0000004E{"response": "group_data", "roles": {"A": "host", "B": "guest", "C": "guest"}}"#
    ),
    (
      .messages([GroupMessage(sender: "A", data: [(key: "ip", value: "1")])]),
      #"00000032{"response": "ack", "message": {"A": {"ip": "1"}}}"#
    ),
    (.synced("s"), #"00000023{"response": "ack", "message": "s"}"#),
  ]

  @Test(arguments: 0..<6) func answersOfLAVA(index: Int) {
    let (answer, text) = Self.vectors[index]
    #expect(String(decoding: WireFrame.bytes(of: answer.wireValue), as: UTF8.self) == text)
  }

  /// As Python's `json.dumps` writes them.
  @Test func textAsPythonWritesIt() {
    let value: YAMLValue = ["a\u{7F}é": .string("\"\\\n\t\u{1}\u{1F600}/"), "n": [1, true, .null, .float(1.5)]]
    let text = #"{"a\u007f\u00e9": "\"\\\n\t\u0001\ud83d\ude00/", "n": [1, true, null, 1.5]}"#
    #expect(String(decoding: WireText.text(of: value), as: UTF8.self) == text)
    #expect(WireText.value(of: Array(text.utf8)) == value)
  }

  @Test(arguments: [
    "", "{", "{\"a\"}", "{\"a\": }", "[1,]", "01", "1.", ".5", "+1", "-", "nul", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"",
    "{} {}", "\"", "{\"a\": 1,}", "NaN", "1e999", String(repeating: "[", count: 100),
  ])
  func noJSON(text: String) { #expect(WireText.value(of: Array(text.utf8)) == nil) }

  @Test func bytesThatAreNoUTF8() { #expect(WireText.value(of: [0x22, 0xFF, 0x22]) == nil) }

  @Test func halfOfAPair() { #expect(WireText.value(of: Array(#""\ud83d""#.utf8)) == .string("\u{FFFD}")) }

  @Test(arguments: [
    ("00000014", 0x14), ("0000004E", 0x4E), ("0000004e", 0x4E), ("FFFFFFFF", 0xFFFF_FFFF), ("0x000014", nil),
    ("      14", nil), ("+0000014", nil), ("0000014", nil),
  ])
  func headers(text: String, length: Int?) { #expect(WireFrame.length(Array(text.utf8)) == length) }

  @Test(arguments: [
    #"{"client_name": "A", "group_name": "g", "role": "r"}"#,
    #"{"request": "group_data", "group_name": "g", "role": "r", "group_size": 2}"#,
    #"{"request": "lava_start", "client_name": "A", "group_name": "g", "role": "r"}"#,
    #"{"request": "aggregate", "client_name": "A", "group_name": "g", "role": "r"}"#,
    #"{"request": "lava_sync", "client_name": "A", "group_name": "g", "role": "r"}"#,
    #"{"request": "lava_send", "client_name": "A", "group_name": "g", "role": "r", "messageID": "m", "message": 1}"#,
    #"{"request": "lava_wait", "client_name": "A", "group_name": "g", "messageID": "m"}"#,
    "[]", "1",
  ])
  func requestsThatAreRefused(text: String) throws {
    #expect(WireRequest.read(try #require(WireText.value(of: Array(text.utf8)))) == .refused)
  }

  @Test func everyRequestIsReadAsItWasWritten() {
    let requests: [GroupRequest] = [
      .join, .send("m", ["k": "v"]), .wait("m"), .waitAll("m", role: nil), .waitAll("m", role: "r"), .sync("m", nil),
      .sync("m", ["k": "v"]), .leave(because: nil), .leave(because: "why"),
    ]
    for request in requests {
      let wire = WireRequest(request, of: GroupMember(client: "1", role: "r"), in: "g", size: 2, hold: 5)
      #expect(WireRequest.read(wire.value([.init("port", 3079)])) == .request(wire))
    }
  }
}
