// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing
import YAMLDocument

@testable import Dispatcher

/// Containers and what they are told (spec signals §12).
@Suite struct ContainerTests {
  @Test func theCommandLine() throws {
    var container = try Container(name: "lava-docker-test-shell-1-2.3", image: "debian:12", program: "/bin/sh")
    container.mounts = [("/a b/c,\"d\"", "/lava-1")]
    container.environment = [("PS1", "docker-test-shell:$ ")]
    container.command = ["bash", "--norc", "-i"]
    #expect(
      container.start == [
        "/bin/sh", "run", "--rm", "--interactive", "--tty", "--pull=never", "--name=lava-docker-test-shell-1-2.3",
        "--mount=type=bind,\"source=/a b/c,\"\"d\"\"\",destination=/lava-1", "--env=PS1=docker-test-shell:$ ",
        "debian:12", "bash", "--norc", "-i",
      ]
    )
  }

  @Test func aProgramThatIsNotThere() {
    #expect {
      _ = try Container(name: "a", image: "b", program: "no-such-program")
    } throws: {
      ($0 as? Failure)?.code == "program-missing"
    }
  }

  @Test func whatItsTestsLearnOfTheDevice() throws {
    let device = try Sample.device(
      """
      board_id: 0123
      adb_serial_number: "0123"
      character_delays: {boot: 5, test: 10}
      commands:
        hard_reset: [switch off, switch on]
        power_on: switch on
        connections: {uart0: {connect: telnet a 1, tags: [primary, telnet]}, uart1: {connect: telnet a 2}}
      actions: {deploy: {methods: {}}, boot: {methods: {}}}

      """
    )
    let found = ContainerEnvironment(device).pairs.map { "\($0.key.string ?? "")=\($0.value.string ?? "")" }
    #expect(
      found == [
        // YAML takes 0123 for an octal number.
        "ANDROID_SERIAL=0123", "LAVA_BOARD_ID=83", "LAVA_CONNECTION_COMMAND=telnet a 1",
        "LAVA_CONNECTION_COMMAND_UART0=telnet a 1", "LAVA_CONNECTION_COMMAND_UART1=telnet a 2",
        "LAVA_HARD_RESET_COMMAND=switch off && switch on", "LAVA_POWER_ON_COMMAND=switch on",
        "LAVA_BOOT_CHARACTER_DELAYS=5",
        "LAVA_TEST_CHARACTER_DELAYS=10",
      ]
    )
  }
}
