// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-test-case`: reports a result, or runs a command and reports how it ended.
enum TestCase {
  static func run(_ invocation: Invocation) -> Int32 {
    let id = invocation.argument(0)
    if id.isEmpty { return usage(invocation) }
    Environment.set("TEST_CASE_ID", id)
    let directory = ResultDirectory(id)

    if invocation.argument(1).equals("--shell") {
      directory.make(for: invocation)
      Signal.send("STARTTC", id)
      let status = runSteps(invocation)
      Signal.send("ENDTC", id)
      report(id, Bytes(status == 0 ? "pass" : "fail"), nil, directory)
      return 0
    }

    guard let options = Options(invocation.arguments.dropping(1), names: names) else { return usage(invocation) }
    directory.make(for: invocation)
    if options[0].isEmpty { return invocation.usage("--result must be specified") }
    if !options[3].isEmpty { show(options[3], id, invocation) }
    report(id, options[0], options, directory)
    return 0
  }

  private static var names: [StaticString] { ["--result", "--units", "--measurement", "--output"] }

  private static func report(_ id: Bytes, _ result: Bytes, _ options: Options?, _ directory: ResultDirectory) {
    var parameters = Bytes("TEST_CASE_ID=")
    parameters.append(id)
    func add(_ key: StaticString, _ file: StaticString, _ value: Bytes) {
      if value.isEmpty { return }
      parameters.append(key)
      parameters.append(value)
      directory.write(value, to: file)
    }
    add(" RESULT=", "result", result)
    if let options {
      add(" UNITS=", "units", options[1])
      add(" MEASUREMENT=", "measurement", options[2])
    }
    Signal.send("TESTCASE", parameters)
  }

  /// Runs one word after `--shell` as a line of shell, several as a command; none passes. There is a shell in between
  /// even for several words, so that its own commands (`test`, `[`, `cd`) need no program.
  private static func runSteps(_ invocation: Invocation) -> Int32 {
    let words = invocation.arguments.dropping(2)
    if words.isEmpty { return 0 }
    var command = [Board.shell(), Bytes("-c"), words[0], invocation.name]
    if words.count > 1 {
      command[2] = Bytes("\"$@\"")
      command.append(contentsOf: words)
    }
    return Child.run(command, for: invocation.name)
  }

  /// Prints a file as the output of the case.
  private static func show(_ file: Bytes, _ id: Bytes, _ invocation: Invocation) {
    Signal.send("STARTTC", id)
    if let content = File.read(file) {
      Output.print(content)
    } else {
      invocation.complainErrno("cannot read", file)
    }
    Signal.send("ENDTC", id)
  }

  private static func usage(_ invocation: Invocation) -> Int32 {
    invocation.usage(
      """
      Usage: lava-test-case TEST_CASE_ID --shell COMMAND…
             lava-test-case TEST_CASE_ID --result pass|fail|skip|unknown [--measurement NUMBER] [--units UNITS] \
      [--output FILE]
      """
    )
  }
}
