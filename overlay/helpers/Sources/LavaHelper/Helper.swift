// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// One of the helpers: its name on the board, and what it does.
struct Helper {
  /// The name under which it is called.
  let name: StaticString
  /// Does the work. Returns the exit status.
  let body: (Invocation) -> Int32

  /// Every helper in this binary.
  static var all: [Helper] {
    [
      Helper(name: "lava-background-process-start", body: BackgroundProcess.start),
      Helper(name: "lava-background-process-stop", body: BackgroundProcess.stop),
      Helper(name: "lava-echo-config", body: SharedConfig.echo),
      Helper(name: "lava-echo-ipv4", body: EchoIPv4.run),
      Helper(name: "lava-group", body: Group.list),
      Helper(name: "lava-journal", body: JournalRequest.run),
      Helper(name: "lava-network", body: Network.run),
      Helper(name: "lava-os-build", body: OperatingSystem.build),
      Helper(name: "lava-probe-channel", body: DeviceFacts.probeChannel),
      Helper(name: "lava-probe-ip", body: DeviceFacts.probeIP),
      Helper(name: "lava-role", body: Group.role),
      Helper(name: "lava-self", body: Group.ownID),
      Helper(name: "lava-send", body: Multinode.send),
      Helper(name: "lava-start-vms", body: VirtualMachines.start),
      Helper(name: "lava-sync", body: Multinode.sync),
      Helper(name: "lava-target-ip", body: DeviceFacts.targetIP),
      Helper(name: "lava-target-mac", body: DeviceFacts.targetMAC),
      Helper(name: "lava-target-storage", body: DeviceFacts.storage),
      Helper(name: "lava-test-case", body: TestCase.run),
      Helper(name: "lava-test-event", body: TestEvent.run),
      Helper(name: "lava-test-feedback", body: TestFeedback.run),
      Helper(name: "lava-test-file", body: TestFile.run),
      Helper(name: "lava-test-raise", body: TestRaise.run),
      Helper(name: "lava-test-reference", body: TestReference.run),
      Helper(name: "lava-test-runner", body: TestRunner.run),
      Helper(name: "lava-test-set", body: TestSet.run),
      Helper(name: "lava-test-shell", body: TestShell.run),
      Helper(name: "lava-test-tap", body: TestTAP.run),
      Helper(name: "lava-wait", body: Multinode.wait),
      Helper(name: "lava-wait-all", body: Multinode.waitAll),
      Helper(name: "lava-wait-for-vms", body: VirtualMachines.wait),
      Helper(name: "lava-wait-vms", body: VirtualMachines.wait),
    ]
  }

  /// Runs the helper that `argv[0]` names, or, as `lava-helper NAME …`, the first argument.
  ///
  /// - Returns: the exit status; 2 for a name that no helper has.
  static func run(_ words: [Bytes]) -> Int32 {
    // A limit on the size of files that a test sets (ulimit -f) makes a write fail; it must not end a helper that has a
    // signal to print.
    board_ignore_signal(SIGXFSZ)
    var words = words
    if words.isEmpty || words[0].lastPathComponent.equals("lava-helper") {
      words = words.dropping(1)
      if words.isEmpty {
        printNames()
        return 2
      }
    }
    let name = words[0].lastPathComponent
    guard let helper = all.first(where: { name.equals($0.name) }) else {
      Output.complain(
        Bytes("lava-helper"),
        "there is no helper called",
        name,
        Bytes("run lava-helper to see their names")
      )
      return 2
    }
    return helper.body(Invocation(name: name, arguments: words.dropping(1)))
  }

  private static func printNames() {
    var text = Bytes("Usage: lava-helper NAME [ARGUMENT…], where NAME is one of\n")
    for helper in all {
      text.append("  ")
      text.append(helper.name)
      text.append("\n")
    }
    Output.print(text)
  }
}

/// How a helper was called.
struct Invocation {
  /// The helper's name.
  let name: Bytes
  /// What follows the name.
  let arguments: [Bytes]

  /// The argument at an index, from 0 on; empty when there are not so many.
  @inline(never)
  func argument(_ index: Int) -> Bytes {
    index < arguments.count ? arguments[index] : []
  }

  /// Says on standard error what the kernel refused, with the helper's name before it and the reason behind it.
  @inline(never)
  func complainErrno(_ problem: StaticString, _ subject: Bytes) {
    Output.complainErrno(name, problem, subject)
  }

  /// Prints how the helper is called. Returns 1, the exit status for that.
  @inline(never)
  func usage(_ text: StaticString) -> Int32 {
    Output.printLine(text)
    return 1
  }
}
