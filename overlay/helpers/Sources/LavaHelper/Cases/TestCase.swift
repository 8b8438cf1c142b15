// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-test-case`: reports a result, or runs a command and reports how it ended.
struct TestCase {
  private let id: Bytes
  private let invocation: Invocation
  private let directory: ResultDirectory
  private let options: Options

  static func run(_ invocation: Invocation) -> Int32 {
    guard let test = TestCase(invocation) else {
      return invocation.usage(
        """
        Usage: lava-test-case TEST_CASE_ID [--timeout SECONDS] --shell COMMAND…
               lava-test-case TEST_CASE_ID --result pass|fail|skip|unknown [--measurement NUMBER] [--units UNITS] \
        [--reason TEXT] [--output FILE]
        """
      )
    }
    return test.run()
  }

  /// - Returns: `nil` when the arguments are not as they should be.
  private init?(_ invocation: Invocation) {
    id = invocation.argument(0)
    let names: [StaticString] = ["--result", "--units", "--measurement", "--reason", "--output", "--timeout"]
    guard !id.isEmpty, let options = Options(invocation.arguments.dropping(1), names: names, command: "--shell") else {
      return nil
    }
    // Of the options only the last is for a command, and it is for nothing else.
    for option in 0..<6 where !options[option].isEmpty && (option == 5) != (options.command != nil) { return nil }
    self.options = options
    self.invocation = invocation
    directory = ResultDirectory(id)
  }

  private func run() -> Int32 {
    Environment.set("TEST_CASE_ID", id)
    directory.make(for: invocation)
    if let words = options.command { return runSteps(words) }
    if options[0].isEmpty { return invocation.usage("--result must be specified") }
    if !options[4].isEmpty {
      Signal.send("STARTTC", words: [id])
      if let content = File.read(options[4]) {
        Output.print(content)
      } else {
        invocation.complainErrno("cannot read", options[4])
      }
      Signal.send("ENDTC", words: [id])
    }
    report(options[0], reason: options[3])
    return 0
  }

  /// Runs one word as a line of shell, several as a command; none passes. There is a shell in between even for several
  /// words, so that its own commands (`test`, `[`, `cd`) need no program.
  private func runSteps(_ words: [Bytes]) -> Int32 {
    let limit = options[5].isEmpty ? -1 : Delay.milliseconds(options[5])
    guard let limit else { return invocation.usage("--timeout must be a number of seconds, at most 86400") }
    Signal.send("STARTTC", words: [id])
    var status: Int32? = 0
    if !words.isEmpty {
      var command = [Board.shell(), Bytes("-c"), words[0], invocation.name]
      if words.count > 1 {
        command[2] = Bytes("\"$@\"")
        command.append(contentsOf: words)
      }
      if limit < 0 {
        status = Child.run(command, for: invocation.name)
      } else {
        var interruption = Interruption(hangup: true)
        status = interruption.run(command, for: invocation.name, milliseconds: Int64(limit))
        // Whoever asked wants the test to end, not a result.
        if interruption.number != 0 { return 128 + interruption.number }
      }
    }
    Signal.send("ENDTC", words: [id])
    var reason: Bytes = []
    if status == nil {
      reason.append("timed out after ")
      reason.append(options[5])
      reason.append(" s")
    }
    report(Bytes(status == 0 ? "pass" : "fail"), reason: reason)
    return 0
  }

  private func report(_ result: Bytes, reason: Bytes) {
    var parameters = SignalParameters()
    parameters.append("TEST_CASE_ID=")
    parameters.append(value: id)
    func add(_ key: StaticString, _ file: StaticString, _ value: Bytes) {
      if value.isEmpty { return }
      parameters.append(key)
      parameters.append(value: value)
      directory.write(value, to: file)
    }
    add(" RESULT=", "result", result)
    add(" UNITS=", "units", options[1])
    add(" MEASUREMENT=", "measurement", options[2])
    add(" REASON=", "reason", reason)
    Signal.send("TESTCASE", parameters.bytes)
  }
}
