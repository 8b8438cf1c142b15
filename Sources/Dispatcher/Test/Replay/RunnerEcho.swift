// SPDX-License-Identifier: Apache-2.0

import Signals

/// The echo of the line that starts the test runner, on a recorded console.
struct RunnerEcho: Equatable {
  /// `4242` of `/lava-4242/0`.
  let jobID: String?
  let stage: Int
  /// Nothing where the host typed none, as LAVA's does.
  let nonce: String?

  private static let runner = "/bin/lava-test-runner /"
  /// Both halves of it: a line editor breaks one at most when it comes to the right edge of the
  /// screen.
  private static let halves = [Array("/bin/lava-te".utf8), Array("est-runner /".utf8)]
  private static let newline = UInt8(ascii: "\n")

  /// - Parameter line: as the console had it.
  init?(_ line: some Sequence<UInt8>) {
    let text = Self.unbroken(line)
    guard let runner = text.firstRange(of: Self.runner) else { return nil }
    let words = text[text.index(before: runner.upperBound)...].split { $0 == " " || $0.isNewline }
    let folders = words.first?.split(separator: "/") ?? []
    stage = folders.last.flatMap { Int($0) } ?? 0
    jobID = folders.dropLast().last.flatMap { $0.split(separator: "-").last }.map(String.init)
    nonce = words.dropFirst().first.map(String.init)
  }

  /// The first line, without its end, that may start a runner.
  static func candidate(in bytes: UnsafeRawBufferPointer, from position: Int) -> Range<Int>? {
    var index = position
    while let letter = findLetter(in: bytes, from: index) {
      let start = bytes[index..<letter].lastIndex(of: newline).map { $0 + 1 } ?? index
      let end = bytes[letter...].firstIndex(of: newline) ?? bytes.endIndex
      if halves.contains(where: { bytes[start..<end].firstRange(of: $0) != nil }) { return start..<end }
      index = end
    }
    return nil
  }

  /// Finds the `v` of `lava-`, broken or not: the rarest letter of the line, so that `memchr` takes long steps.
  private static func findLetter(in bytes: UnsafeRawBufferPointer, from position: Int) -> Int? {
    var index = position
    while let letter = bytes.index(of: UInt8(ascii: "v"), from: index) {
      index = letter + 1
      guard letter > position, letter + 2 < bytes.count else { continue }
      switch (bytes[letter - 1], bytes[letter + 1], bytes[letter + 2]) {
      case (UInt8(ascii: "a"), UInt8(ascii: "a"), UInt8(ascii: "-")),
        (UInt8(ascii: "\r"), UInt8(ascii: "a"), UInt8(ascii: "-")),
        (UInt8(ascii: "a"), UInt8(ascii: "a"), UInt8(ascii: " ")),
        (UInt8(ascii: "a"), UInt8(ascii: " "), UInt8(ascii: "\r")):
        return letter
      default: continue
      }
    }
    return nil
  }

  /// The line as it was typed: readline goes to the next line of the screen by a space and a carriage return.
  private static func unbroken(_ line: some Sequence<UInt8>) -> String {
    var bytes: [UInt8] = []
    for byte in line {
      if byte == UInt8(ascii: "\r"), bytes.last == UInt8(ascii: " ") {
        bytes.removeLast()
      } else if byte != UInt8(ascii: "\r") {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
