// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Signals

/// Files that come through the console (docs/Signals.md, "Files").
@Suite struct FileTests {
  private static func signal(_ parameters: String) -> String { "<LAVA_SIGNAL_TESTFILE \(parameters)>\r\n" }

  private static func files(_ trial: Trial) -> [BoardFile] {
    trial.effects.compactMap { effect in if case .file(let file) = effect { file } else { nil } }
  }

  /// The example of docs/Signals.md; e3069283 is the sum of `123456789` by the definition of CRC-32C.
  @Test func theExample() {
    var trial = Trial()
    trial.feed(Trial.startRun + Self.signal("BEGIN 412 nine 9") + Self.signal("DATA 412 0 MTIzNDU2Nzg5"))
    trial.feed(Self.signal("END 412 e3069283"))
    #expect(Self.files(trial) == [BoardFile(suite: "0_first", name: "nine", bytes: Array("123456789".utf8))])
    #expect(trial.logs(.debug).contains("Received signal: <TESTFILE> DATA 412 0 (12 characters)"))
    #expect(!trial.logs(.debug).contains { $0.contains("MTIz") })
    #expect(trial.logs(.warning) == [])
  }

  /// Files of every length, in pieces as the helper makes them, two at a time.
  @Test(arguments: [0, 1, 2, 3, 509, 510, 511, 1500])
  func severalPieces(length: Int) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var sum = CRC32C()
    sum.update(bytes)
    var text = Trial.startRun + Self.signal("BEGIN 1 a%20b \(length) ESCAPED=yes") + Self.signal("BEGIN 2 c \(length)")
    for start in stride(from: 0, to: length, by: 510) {
      let piece = Data(bytes[start..<min(start + 510, length)]).base64EncodedString()
      text += Self.signal("DATA 1 \(start) \(piece)") + Self.signal("DATA 2 \(start) \(piece)")
    }
    let hex = String(sum.value, radix: 16)
    let end = String(repeating: "0", count: 8 - hex.count) + hex
    var trial = Trial()
    trial.feed(text + Self.signal("END 2 \(end)") + Self.signal("END 1 \(end)"))
    #expect(
      Self.files(trial) == [
        BoardFile(suite: "0_first", name: "c", bytes: bytes), BoardFile(suite: "0_first", name: "a b", bytes: bytes),
      ]
    )
  }

  @Test(
    arguments: [
      ("BEGIN 1 f 9|DATA 1 0 MTIzNDU2Nzg5|END 1 e3069284", "the file 'f' is left out: its sum is wrong"),
      ("BEGIN 1 f 9|DATA 1 3 MTIzNDU2Nzg5", "the file 'f' is left out: a piece of it is missing or damaged"),
      ("BEGIN 1 f 9|DATA 1 0 MTIzNDU2Nzg", "the file 'f' is left out: a piece of it is missing or damaged"),
      ("BEGIN 1 f 9|DATA 1 0 MTIz!DU2Nzg5", "the file 'f' is left out: a piece of it is missing or damaged"),
      ("BEGIN 1 f 8|DATA 1 0 MTIzNDU2Nzg5", "the file 'f' is left out: a piece of it is missing or damaged"),
      (
        "BEGIN 1 f 10|DATA 1 0 MTIzNDU2Nzg5|END 1 e3069283",
        "the file 'f' is left out: the board read 9 of its 10 bytes"
      ),
      ("BEGIN 1 f 16777217", "the file 'f' has 16777217 bytes, and 16777216 are the most"),
      ("BEGIN 1 f -1", "the file 'f' has -1 bytes, and 16777216 are the most"),
      ("OTHER 1 2", "a TESTFILE signal begins with 'OTHER'"), ("END 1", "a TESTFILE signal says too little"),
      // Of a file that nobody knows, nothing.
      ("DATA 7 0 MTIz|END 7 00000000", nil),
    ] as [(String, String?)]
  )
  func trouble(signals: String, warning: String?) {
    var trial = Trial()
    trial.feed(Trial.startRun + signals.split(separator: "|").map { Self.signal(String($0)) }.joined())
    #expect(Self.files(trial) == [])
    #expect(trial.logs(.warning) == [warning].compactMap { $0 })
  }

  @Test func aFileThatDoesNotEnd() {
    var trial = Trial()
    trial.feed(Trial.startRun + Self.signal("BEGIN 1 f 9") + Trial.endRun + Trial.exit)
    #expect(trial.logs(.warning) == ["the file 'f' is left out: it did not come to its end"])
  }

  @Test func tooManyAtOnce() {
    var trial = Trial()
    trial.feed((1...9).map { Self.signal("BEGIN \($0) f\($0) 9") }.joined())
    #expect(trial.logs(.warning) == ["the file 'f9' is one too many at once"])
  }
}
