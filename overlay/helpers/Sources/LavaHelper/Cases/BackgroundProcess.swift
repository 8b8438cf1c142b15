// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-background-process-start` and `-stop`: a command that is started anew every second, beside the test, to sample
/// something.
enum BackgroundProcess {
  /// `NAME --cmd COMMAND…`: writes the command to `bg_run.sh`, its process id to `pid` in the folder of results.
  static func start(_ invocation: Invocation) -> Int32 {
    let command = Bytes.joining(invocation.arguments.dropping(2), by: " ")
    if invocation.argument(0).isEmpty || !invocation.argument(1).equals("--cmd") || command.isEmpty {
      return invocation.usage("Usage: lava-background-process-start NAME --cmd COMMAND…")
    }
    let directory = ResultDirectory(invocation.argument(0))
    directory.make(for: invocation)
    let shell = Board.shell()
    var script = Bytes("#!")
    script.append(shell)
    script.append("\n")
    script.append(command)
    directory.write(script, to: "bg_run.sh")

    guard let id = Child.fork(for: invocation.name) else { return 1 }
    if id == 0 { repeatForever([shell, File.path(directory.path, "bg_run.sh")], invocation) }
    var number: Bytes = []
    number.append(decimal: id)
    directory.write(number, to: "pid")
    return 0
  }

  /// `NAME`: ends what was started under this name, with the commands that still run.
  static func stop(_ invocation: Invocation) -> Int32 {
    let name = invocation.argument(0)
    if name.isEmpty { return invocation.usage("Usage: lava-background-process-stop NAME") }
    let file = File.path(ResultDirectory(name).path, "pid")
    let words = (File.read(file) ?? []).words
    guard words.count == 1, let number = words[0].decimal, number > 1, number <= UInt64(Int32.max) else { return 0 }
    Child(id: pid_t(truncatingIfNeeded: number)).signalGroup(SIGTERM)
    // The number may be another process's one day.
    File.remove(file)
    return 0
  }

  /// What the process in the background does, in a session of its own and with no standard input.
  private static func repeatForever(_ command: [Bytes], _ invocation: Invocation) -> Never {
    setsid()
    let null = File.open(Bytes("/dev/null"), O_RDONLY)
    if null >= 0 { dup2(null, STDIN_FILENO) }
    // The kernel forgets ended commands by itself.
    board_ignore_signal(SIGCHLD)
    while true {
      _ = Child.start(command, for: invocation.name)
      Clock.wait(milliseconds: 1000)
    }
  }
}
