// SPDX-License-Identifier: Apache-2.0

import KernelMessages
import Patterns
import Testing

/// What is found in short texts, by the table of spec signals §13.
@Suite struct KernelMessageTests {
  struct Vector: Sendable {
    var printed: String
    var messages: [KernelMessage]
    var unended: KernelMessage?

    init(_ printed: String, _ messages: [(KernelMessageKind, String)], unended: (KernelMessageKind, String)? = nil) {
      self.printed = printed
      self.messages = messages.map { KernelMessage($0.0, $0.1) }
      self.unended = unended.map { KernelMessage($0.0, $0.1) }
    }
  }

  static let vectors = [
    Vector("all is well\r\n", []),
    Vector("a\r\nb Unhandled fault: x\r\nc\r\n", [(.fault, "b Unhandled fault: x")]),
    Vector("[1] Oops: 1\r\n[2] Oops - 2\r\n[3] Oops 3\r\n", [(.oops, "[1] Oops: 1"), (.oops, "[2] Oops - 2")]),
    Vector("kernel BUG at a.c:1!\r\nBUG: b\r\n", [(.bug, "kernel BUG at a.c:1!"), (.bug, "BUG: b")]),
    Vector("invalid opcode: 0\r\n", [(.invalidOpcode, "invalid opcode: 0")]),
    Vector("BUG: KASAN: x\r\n y\r\n====\r\nz\r\n", [(.kasan, "BUG: KASAN: x\r\n y\r\n====")]),
    Vector(
      "BUG: KCSAN: x\r\n=\r\nBUG: KFENCE: y\r\n=\r\n",
      [(.kcsan, "BUG: KCSAN: x\r\n="), (.kfence, "BUG: KFENCE: y\r\n=")]
    ),
    Vector("WARNING: x\r\ny\r\n-[ end trace 1 ]-\r\n", [(.warning, "WARNING: x\r\ny\r\n-[ end trace 1 ]-")]),
    // By its words, in this order.
    Vector(
      "-[ cut here ]-\r\nWARNING\r\nBUG\r\nOops\r\n--[ end trace 0a ]---\r\n",
      [(.oops, "-[ cut here ]-\r\nWARNING\r\nBUG\r\nOops\r\n--[ end trace 0a ]---")]
    ),
    Vector(
      "-[ cut here ]-\r\nWARNING\r\nBUG\r\n-[ end trace 0a ]-\r\n",
      [(.bug, "-[ cut here ]-\r\nWARNING\r\nBUG\r\n-[ end trace 0a ]-")]
    ),
    Vector("-[ cut here ]-\r\nx\r\n-[ end trace  ]- y\r\n", [(.unknown, "-[ cut here ]-\r\nx\r\n-[ end trace  ]- y")]),
    Vector(
      "[4] Kernel panic - not syncing: a\r\n[5] b\r\n[6] ---[ end Kernel panic - not syncing: a ]---\r\n",
      [
        (
          .panic,
          "[4] Kernel panic - not syncing: a\r\n[5] b\r\n[6] ---[ end Kernel panic - not syncing: a ]---"
        )
      ]
    ),
    Vector("[4] Kernel panic - not syncing: a\r\n", [], unended: (.panic, "[4] Kernel panic - not syncing: a")),
    Vector("\r\nU-Boot SPL 2024.01 (x)\r\n", [(.reset, "U-Boot SPL 2024.01 (x)")]),
    Vector("U-Boot SPL 1999\r\nU-Boot 2024\r\n", []),
    // The last carriage return of the line counts, and a terminal may print two, or none.
    Vector(
      "-[ cut here ]-\r\r\nBUG\r\r\n-[ end trace 0a ]-\rx\r\r\n",
      [(.bug, "-[ cut here ]-\r\r\nBUG\r\r\n-[ end trace 0a ]-\rx\r")]
    ),
    Vector(
      "-[ cut here ]-\nBUG\n-[ end trace 0a ]-\nBUG: b\n",
      [(.bug, "-[ cut here ]-\nBUG\n-[ end trace 0a ]-"), (.bug, "BUG: b")]
    ),
    // While an end is looked for no other start counts.
    Vector("WARNING: a\r\nKernel panic - not syncing\r\n", [], unended: (.warning, "WARNING: a")),
  ]

  @Test(arguments: vectors) func finds(_ vector: Vector) throws {
    for size in 1...7 {
      var reader = try KernelMessageReader()
      var messages: [KernelMessage] = []
      var rest = Array(vector.printed.utf8)[...]
      while !rest.isEmpty {
        messages += try reader.feed(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      let end = try reader.finish()
      #expect(messages + end.messages == vector.messages)
      #expect(end.unended == vector.unended)
    }
  }

  @Test func whatElseIsWaitedFor() throws {
    var parser = try KernelMessageParser(others: ["login:", "# "])
    var matcher = StreamMatcher()
    matcher.append(Array("a\r\nBUG: b\r\nc login: # WARNING: d\r\n# BUG: e\r\n".utf8))
    var steps: [KernelMessageParser.Step] = []
    while case .match(let match) = try matcher.next(parser.patterns) { steps.append(parser.take(match)) }
    #expect(
      steps == [
        .open, .message(KernelMessage(.bug, "BUG: b")), .other(0, unended: nil), .other(1, unended: nil), .open,
        .other(1, unended: KernelMessage(.warning, "WARNING:")), .open, .message(KernelMessage(.bug, "BUG: e")),
      ]
    )
    #expect(throws: PatternError.self) { try KernelMessageParser(others: ["("]) }
  }

  @Test func fatalKinds() {
    #expect(KernelMessageKind.allCases.filter(\.isFatal) == [.panic, .reset])
  }
}
