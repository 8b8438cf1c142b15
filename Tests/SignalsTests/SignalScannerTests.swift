// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

@Suite struct SignalScannerTests {
  /// One signal in a text: its kind, name and parameters.
  struct Example: Sendable, CustomTestStringConvertible {
    var text: String
    var kind: ScannedSignal.Kind?
    var name = ""
    var parameters = ""
    var testDescription: String { text.debugDescription }
  }

  /// What the patterns of spec signals §1 match.
  static let examples: [Example] = [
    Example(text: "<LAVA_TEST_RUNNER EXIT>", kind: .runnerExit),
    Example(text: "x <LAVA_TEST_RUNNER INSTALL_FAIL>y", kind: .installFailed),
    Example(text: "<LAVA_SIGNAL_STARTTC c1>\r\n", kind: .signal, name: "STARTTC", parameters: "c1"),
    Example(
      text: "pre <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=m9 RESULT=pass> post",
      kind: .signal,
      name: "TESTCASE",
      parameters: "TEST_CASE_ID=m9 RESULT=pass"
    ),
    Example(text: "<0><LAVA_SIGNAL_A b>", kind: .signal, name: "A", parameters: "b"),
    Example(text: "<LAVA_SIGNAL_A b\r\nc>", kind: .signal, name: "A", parameters: "b\r\nc"),
    Example(text: "<LAVA_SIGNAL_A  >", kind: .signal, name: "A", parameters: " "),
    Example(text: "<<LAVA_<LAVA_SIGNAL_A b>", kind: .signal, name: "A", parameters: "b"),
    // The name is greedy.
    Example(text: "<LAVA_SIGNAL_A><LAVA_SIGNAL_B c>", kind: .signal, name: "A><LAVA_SIGNAL_B", parameters: "c"),
    // A signal that lost its end takes the next one with it.
    Example(
      text: "<LAVA_SIGNAL_A b <LAVA_TEST_RUNNER EXIT>",
      kind: .signal,
      name: "A",
      parameters: "b <LAVA_TEST_RUNNER EXIT"
    ),
    Example(text: "<LAVA_SIGNAL_A\n<LAVA_SIGNAL_B c>", kind: .signal, name: "B", parameters: "c"),
    Example(text: "<LAVA_SIGNAL_A ><LAVA_SIGNAL_B c>", kind: .signal, name: "B", parameters: "c"),
    Example(text: "<LAVA_MULTI_NODE> <LAVA_SEND id k=v>", kind: .multinode, name: "SEND", parameters: "id k=v"),
    Example(text: "<LAVA_MULTI_NODE> <LAVA_SIGNAL_A b>", kind: .multinode, name: "SIGNAL_A", parameters: "b"),
    Example(text: "<LAVA_MULTI_NODE><LAVA_SIGNAL_A b>", kind: .signal, name: "A", parameters: "b"),
    Example(text: "<LAVA_MULTI_NODE> <LAVA_TEST_RUNNER\n<LAVA_TEST_RUNNER EXIT>", kind: .runnerExit),
    Example(text: "<LAVA_SIGNAL_FOO>"), Example(text: "<LAVA_SIGNAL_ b>"), Example(text: "<LAVA_SIGNAL_A >"),
    Example(text: "<LAVA_SIGNAL_A\tb>"), Example(text: "<LAVA_SIGNAL_A b"), Example(text: "<lava_signal_A b>"),
    Example(text: "<LAVA_TEST_RUNNER EXIT >"), Example(text: "<LAVA_TEST_RUNNER INSTALL_FAIL"), Example(text: ""),
    Example(text: "<LAVA_SEND id>"), Example(text: "<LAVA_SIGNAL_\r_RETRUNCODE 0>"),
  ]

  @Test(arguments: examples)
  func finds(_ example: Example) {
    let found = scan(example.text)
    #expect(found.map(\.kind) == [example.kind].compactMap { $0 })
    #expect(found.first?.name ?? "" == example.name)
    #expect(String(decoding: found.first?.parameters ?? [], as: UTF8.self) == example.parameters)
  }

  @Test(arguments: examples)
  func findsTheSameWhereverItIsCut(_ example: Example) {
    let bytes = Array((example.text + " #3.0123abcd\r\n" + example.text).utf8)
    let whole = scan(bytes)
    for cut in 0...bytes.count { #expect(scan(bytes, cutAt: [cut]) == whole) }
    #expect(scan(bytes, cutAt: Array(0...bytes.count)) == whole)
  }

  @Test func offsetsAndBytesAreThoseOfTheStream() {
    let text = "boot\r\n<LAVA_SIGNAL_A b> #1.00000000\r\n<LAVA_TEST_RUNNER EXIT>#\r\n"
    let bytes = Array(text.utf8)
    let found = scan(bytes, cutAt: [3, 9, 30])
    #expect(found.map(\.offset) == [6, 37])
    #expect(found.map(\.endOffset) == [35, 60])
    for signal in found { #expect(Array(bytes[signal.offset...].prefix(signal.bytes.count)) == signal.bytes) }
  }

  @Test(
    arguments: [
      (" #17.5f3a9c01", SignalTrailer(number: 17, sum: 0x5F3A_9C01)),
      (" #1.b81dfabb more", SignalTrailer(number: 1, sum: 0xB81D_FABB)),
      // One digit more than the sum has is text.
      (" #1.b81dfabb9", SignalTrailer(number: 1, sum: 0xB81D_FABB)),
      (" #999999999999999999.00000000", SignalTrailer(number: 999_999_999_999_999_999, sum: 0)),
      // Torn behind the number.
      (" #17.5f3a", SignalTrailer(number: 17, sum: nil)), (" #17.", SignalTrailer(number: 17, sum: nil)),
      (" #17.5F3A9C01", SignalTrailer(number: 17, sum: nil)),
      // A number that may not be whole is none.
      (" #17", nil), (" #", nil), (" ", nil), ("", nil), (" #.5f3a9c01", nil), (" #017.5f3a9c01", nil),
      (" #0.5f3a9c01", nil), ("#17.5f3a9c01", nil), ("  #17.5f3a9c01", nil), (" #-1.5f3a9c01", nil),
      (" #1000000000000000000.00000000", nil), ("\r\n #17.5f3a9c01", nil),
    ] as [(String, SignalTrailer?)]
  )
  func readsTrailers(text: String, trailer: SignalTrailer?) {
    let found = scan("<LAVA_SIGNAL_A b>\(text)<LAVA_SIGNAL_C d>")
    #expect(found.map(\.trailer) == [trailer, nil])
    #expect(found.map(\.name) == ["A", "C"])
  }

  @Test func holdsASignalBackOnlyWhileATrailerMayFollow() {
    var scanner = SignalScanner()
    var found: [ScannedSignal] = []
    func feed(_ text: String) { Array(text.utf8).withUnsafeBytes { scanner.scan($0) { found.append($0) } } }
    feed("<LAVA_SIGNAL_A b>")
    #expect(found.isEmpty && scanner.isWaiting)
    feed("\r")
    #expect(found.count == 1 && !scanner.isWaiting)
    feed("<LAVA_SIGNAL_A c> #1")
    #expect(scanner.flush()?.trailer == nil)
    #expect(scanner.flush() == nil)
    // What comes too late is text.
    feed("7.00000000\r\n")
    #expect(found.count == 1)
    feed("<LAVA_SIGNAL_A d> #1.5")
    #expect(scanner.finish()?.trailer == SignalTrailer(number: 1, sum: nil))
  }

  @Test func stopsBehindTheSignalThatWasAskedFor() {
    var scanner = SignalScanner()
    let bytes = Array("ab<LAVA_TEST_RUNNER EXIT> #1.00000000cd<LAVA_SIGNAL_A b>".utf8)
    bytes.withUnsafeBytes { bytes in
      var position = 0
      #expect(scanner.next(in: bytes, from: &position)?.kind == .runnerExit)
      #expect(bytes[position...].starts(with: "cd<".utf8))
      #expect(scanner.offset == position)
    }
  }

  @Test func bytesThatAreNoUTF8StayAsTheyAre() {
    let body: [UInt8] = [0x00, 0xFF, 0x1B, 0x5B, 0x30, 0x6D]
    let found = scan(Array("<LAVA_SIGNAL_A ".utf8) + body + Array(">".utf8))
    #expect(found.map { Array($0.parameters) } == [body])
  }

  /// The bound of what is held: 64 KiB.
  @Test(arguments: [0, 1, 4_096, 65_535])
  func givesUpASignalThatIsTooLong(cut: Int) {
    let longest = SignalScanner.longestSignal
    let head = "<LAVA_SIGNAL_A "
    for (length, count) in [(longest, 1), (longest + 1, 0)] {
      let bytes = Array(head.utf8) + [UInt8](repeating: 0x78, count: length - head.utf8.count - 1) + [0x3E]
      #expect(scan(bytes, cutAt: [cut]).count == count)
    }
    // The last that began inside one that is given up is not lost.
    let noise = [UInt8](repeating: 0x78, count: longest - 40)
    let torn = Array("<LAVA_SIGNAL_A torn ".utf8) + noise
    let bytes = torn + Array("\n<LAVA_SIGNAL_B whole>".utf8)
    #expect(scan(bytes, cutAt: [cut, bytes.count - 1]).map(\.name) == ["B"])
  }

  /// Megabytes of openings, each of which would be held for 64 KiB.
  @Test(arguments: ["<LAVA_SIGNAL_A b", "<LAVA_SIGNAL_", "<"])
  func findsASignalBehindOpeningsThatNeverEnd(opening: String) {
    let hostile = (0..<65_536).flatMap { _ in Array(opening.utf8) }
    let bytes = hostile + Array("\n<LAVA_SIGNAL_B c>".utf8)
    let found = scan(bytes, cutAt: [1_000, 60_000])
    #expect(found.count == 1 && found.first?.endOffset == bytes.count)
    #expect(scan(bytes) == found)
  }
}
