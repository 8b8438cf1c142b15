// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import KernelMessages
import Testing

/// The recorded boots of `../shared/conformance/kernel-logs`, with LAVA's findings.
@Suite(.enabled(if: RecordedBoot.all != nil, "../shared/conformance/kernel-logs is not there"))
struct ConformanceTests {
  @Test(arguments: RecordedBoot.all ?? [])
  func agreesWithLAVA(_ boot: RecordedBoot) throws {
    for size in [1 << 20, 4096, 77] {
      let messages = try messages(in: boot.bytes, pieces: size)
      #expect(messages.map(\.kind.rawValue) == boot.expected.map(\.kind))
      for (message, expected) in zip(messages, boot.expected) {
        #expect(sha1(message.text) == expected.sha1)
        if let length = expected.length { #expect(message.text.unicodeScalars.count == length) }
        if let head = expected.head { #expect(message.text.hasPrefix(head)) }
      }
    }
  }

  @Test func allAreRead() throws { #expect(RecordedBoot.all?.count == 6) }

  private func sha1(_ text: String) -> String {
    let folder = TemporaryFolder()
    return String(run(["sha1sum", folder.write(text, to: "message")]).output.prefix(40))
  }
}

/// A recorded console, and what LAVA found in it.
struct RecordedBoot: Sendable, CustomTestStringConvertible {
  struct Finding: Sendable {
    var kind: String
    var sha1: String
    /// In characters.
    var length: Int?
    var head: String?
  }

  var name: String
  /// As the board sent them.
  var bytes: [UInt8]
  /// A job error is the message of a panic.
  var expected: [Finding]
  var testDescription: String { name }

  static let all: [RecordedBoot]? = {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "../shared/conformance/kernel-logs").standardizedFileURL
    guard let data = try? Data(contentsOf: folder.appending(path: "expected.json")),
      let answers = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return nil }
    return answers.sorted { $0.key < $1.key }.map { name, answer in
      let log = HostTools.bytes(of: folder.appending(path: name).path())
      return RecordedBoot(
        name: name,
        bytes: log.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] },
        expected: findings(answer)
      )
    }
  }()

  private static func findings(_ answer: Any) -> [Finding] {
    if let failure = answer as? [String: Any] {
      return [Finding(kind: "panic", sha1: failure["sha1"] as? String ?? "", head: failure["head"] as? String)]
    }
    return (answer as? [[String: Any]] ?? []).map {
      Finding(kind: $0["kind"] as? String ?? "", sha1: $0["sha1"] as? String ?? "", length: $0["len"] as? Int)
    }
  }
}

/// All messages of a console that comes in pieces of so many bytes.
func messages(in bytes: [UInt8], pieces size: Int) throws -> [KernelMessage] {
  var reader = try KernelMessageReader()
  var messages: [KernelMessage] = []
  for start in stride(from: 0, to: bytes.count, by: size) {
    messages += try reader.feed(Array(bytes[start..<min(start + size, bytes.count)]))
  }
  return messages + (try reader.finish().messages)
}
