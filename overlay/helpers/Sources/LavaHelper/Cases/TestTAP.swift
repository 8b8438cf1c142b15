// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-test-tap [--prefix PREFIX] FILE|-`: reports each test of a TAP or KTAP stream as a test case, as it is read.
enum TestTAP {
  /// How many bytes of a line are looked at.
  private static var lineLimit: Int { 1024 }

  static func run(_ invocation: Invocation) -> Int32 {
    let hasPrefix = invocation.argument(0).equals("--prefix")
    let words = invocation.arguments.dropping(hasPrefix ? 2 : 0)
    guard words.count == 1, !words[0].isEmpty else {
      return invocation.usage("Usage: lava-test-tap [--prefix PREFIX] FILE|-")
    }
    let isInput = words[0].equals("-")
    let file = isInput ? STDIN_FILENO : File.open(words[0], O_RDONLY)
    var reader = TAPReader(prefix: hasPrefix ? invocation.argument(1) : [], report: report)
    var lines = LineSplitter(limit: lineLimit)
    while file >= 0, let piece = File.readPiece(file) {
      if piece.isEmpty {
        if !lines.rest.isEmpty {
          // No signal in the line that the input has left open.
          if isInput { Output.print(Bytes("\n")) }
          reader.take(lines.rest)
        }
        reader.finish()
        return 0
      }
      var start = 0
      while start < piece.count {
        let end = piece.index(of: .newline, from: start).map { $0 + 1 } ?? piece.count
        let part = piece.part(start..<end)
        if isInput { Output.print(part) }
        for line in lines.take(part) { reader.take(line) }
        start = end
      }
    }
    invocation.complainErrno("cannot read", words[0])
    return 1
  }

  private static func report(_ id: Bytes, _ result: TAPResult, _ reason: Bytes) {
    var parameters = SignalParameters()
    parameters.append("TEST_CASE_ID=")
    parameters.append(value: id)
    parameters.append(" RESULT=")
    parameters.append(result.name)
    if !reason.isEmpty {
      parameters.append(" REASON=")
      parameters.append(value: reason)
    }
    Signal.send("TESTCASE", parameters.bytes)
  }
}
