// SPDX-License-Identifier: Apache-2.0

internal import Signals

/// A run of the test shell on a damaged stream: it ends, and nothing counts as verified that was not sent.
enum TrailerFuzz {
  private static let cases = 6

  static func run(_ bytes: UnsafeRawBufferPointer) {
    let definition = TestShellMachine.Definition(suite: "0_first", uuid: "1_1.1")
    var stream = TestShellStream(TestShellMachine.Configuration(definitions: [definition], nonce: "0"))
    var verified: [String] = []
    func take(_ effect: ShellEffect) {
      guard case .result(.testCase(let result)) = effect, result.integrity == .verified else { return }
      verified.append(result.testCase)
    }
    for (index, piece) in pieces(bytes).enumerated() {
      let position = Duration.seconds(index)
      piece.withUnsafeBytes { _ = stream.feed($0, at: position, take) }
    }
    stream.end(.endOfStream, at: .seconds(100), take)
    precondition(stream.isOver)
    precondition(Set(verified).count == verified.count, "a verified result counted twice")
    for name in verified { precondition((1...cases).contains { name == "c\($0)" }, "a verified result was not sent") }
  }

  /// A good run with the input in its middle.
  private static func pieces(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
    let lines = (1...cases).map { line("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=c\($0) RESULT=pass>", $0) }
    let start = "<LAVA_SIGNAL_STARTRUN 0_first 1_1.1>\r\n" + lines.prefix(cases / 2).joined()
    let end = lines.dropFirst(cases / 2).joined() + "<LAVA_SIGNAL_ENDRUN 0_first 1_1.1>\r\n"
    return [Array(start.utf8), Array(bytes), Array((end + line("<LAVA_TEST_RUNNER EXIT>", cases + 1)).utf8)]
  }

  private static func line(_ text: String, _ number: Int) -> String {
    var sum = CRC32C()
    sum.update("0 \(number) \(text)".utf8)
    let digits = String(sum.value, radix: 16)
    return "\(text) #\(number).\(String(repeating: "0", count: 8 - digits.count))\(digits)\r\n"
  }
}
