// SPDX-License-Identifier: Apache-2.0

import HostTools
import KernelMessages
import Testing

/// Consoles made of a kernel's words, torn and mixed.
@Suite(.timeLimit(.minutes(20))) struct MutationTests {
  private static let fragments: [[UInt8]] =
    [
      "[    1.234567] ", "------------[ cut here ]------------", "---[ end trace 0123456789abcdef ]---", "[ end trace ",
      "Unhandled fault: x", "BUG: KCSAN: ", "BUG: KASAN: ", "BUG: KFENCE: ", "Oops - ", "Oops: 1", "WARNING: at x.c:1",
      "kernel BUG at y.c:2!", "BUG: ", "invalid opcode: 0000", "Kernel panic - not syncing: z", "---[ end Kernel panic",
      "U-Boot SPL 2024.01", "=====", "-", "--", "=", "\r\n", "\r\n", "\r\n", "\n", "\r", " ", "login: ", "\u{1B}[0m",
      "\u{0}", "é",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3]]

  /// 10,000 consoles. What is found does not depend on the pieces in which they come.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func findsTheSameHoweverCut(seed: UInt64) throws {
    var generator = SeededGenerator(state: seed)
    for _ in 0..<100 {
      let count = Int.random(in: 1...40, using: &generator)
      var text = (0..<count).flatMap { _ in Self.fragments.randomElement(using: &generator) ?? [] }
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0: text[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: text.insert(text[place], at: place)
        default: if text.count > 1 { text.remove(at: place) }
        }
      }
      let whole = try messages(in: text, pieces: text.count)
      #expect(try messages(in: text, pieces: Int.random(in: 1...9, using: &generator)) == whole)
      for message in whole {
        // A message stands in what was printed, with what is not UTF-8 replaced.
        #expect(String(decoding: text, as: UTF8.self).utf8.firstRange(of: message.text.utf8) != nil)
      }
    }
  }

  /// What would take for ever if a byte were looked at again for each one before it: 2 MiB each.
  @Test(arguments: [
    "-", "=", "[ ", "WARNING:", "BUG: KASAN:\r", "Kernel panic - not syncing", "-[ cut here ]-", "-[ end trace ", "\r",
    "BUG: KASAN: ====", "WARNING: end trace", "Oops", "U-Boot SPL 20",
  ])
  func longAndDull(_ piece: String) throws {
    let text = Array(String(repeating: piece, count: (2 << 20) / piece.utf8.count).utf8)
    var reader = try KernelMessageReader()
    for start in stride(from: 0, to: text.count, by: 4000) {
      _ = try reader.feed(Array(text[start..<min(start + 4000, text.count)]))
    }
    let end = try reader.finish()
    #expect(end.messages.allSatisfy { !$0.text.isEmpty })
  }
}
