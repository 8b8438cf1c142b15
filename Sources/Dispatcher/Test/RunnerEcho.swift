// SPDX-License-Identifier: Apache-2.0

/// The echo of the line that starts the test runner, on a recorded console.
struct RunnerEcho: Equatable {
  /// `4242` of `/lava-4242/0`.
  let jobID: String?
  let stage: Int
  /// Nothing where the host typed none, as LAVA's does.
  let nonce: String?

  private static let runner = "/bin/lava-test-runner /"
  /// Both halves of it, as long as each other: a line editor breaks one at most when it comes to the right edge of the
  /// screen.
  private static let halves = (Array("/bin/lava-te".utf8), Array("est-runner /".utf8))
  /// How far both halves may move, by the byte below their end (Horspool's search).
  private static let shifts: [Int] = {
    var shifts = [Int](repeating: halves.0.count, count: 256)
    for half in [halves.0, halves.1] {
      for (index, byte) in half.dropLast().enumerated() {
        shifts[Int(byte)] = min(shifts[Int(byte)], half.count - 1 - index)
      }
    }
    return shifts
  }()
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
    guard let hit = findHalf(in: bytes, from: position) else { return nil }
    let start = bytes[position..<hit].lastIndex(of: newline).map { $0 + 1 } ?? position
    let end = bytes[hit...].firstIndex(of: newline) ?? bytes.endIndex
    return start..<end
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

  private static func findHalf(in bytes: UnsafeRawBufferPointer, from position: Int) -> Int? {
    let (first, second) = halves
    let (firstEnd, secondEnd) = (first[first.count - 1], second[second.count - 1])
    return shifts.withUnsafeBufferPointer { shifts in
      var start = position
      while start + first.count <= bytes.count {
        let window = start..<(start + first.count)
        let last = bytes[window.upperBound - 1]
        if last == firstEnd, bytes[window].elementsEqual(first) { return start }
        if last == secondEnd, bytes[window].elementsEqual(second) { return start }
        start += shifts[Int(last)]
      }
      return nil
    }
  }
}
