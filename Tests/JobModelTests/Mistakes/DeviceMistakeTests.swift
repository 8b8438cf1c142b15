// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes in device files.
@Suite struct DeviceMistakeTests {
  @Test func theGoodDeviceIsGood() throws { #expect(try deviceFindings(goodDevice, isStrict: true) == []) }

  @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
    #expect(try deviceFindings(mistake.text(from: goodDevice)) == mistake.findings)
  }

  private static let deployLines =
    "  deploy:\n    connections: {serial: }\n    methods: {image: , overlay: }\n"

  private static let mistakes = [
    Mistake(
      "hostname: board",
      "hostname: [board]",
      "1:11 error wrong-type: 'hostname' cannot be a list | expected a text"
    ),
    Mistake(
      "hostname: board",
      "hostnam: board",
      "1:1 warning unknown-key: unknown key 'hostnam' in the device: it has no effect | meant hostname"
    ),
    Mistake(
      "architecture: amd64",
      "architecture: ''",
      "3:15 error empty-text: 'architecture' cannot be an empty text"
    ),
    Mistake(
      "constants: {kernel-start-message: Linux}",
      "constants: [Linux]",
      "4:12 error wrong-type: 'constants' of the device cannot be a list | expected a mapping of keys to values"
    ),
    Mistake(
      "hard_reset: reset-board",
      "hard_reset: [reset-board, 5]",
      "6:29 error wrong-type: an item of 'hard_reset' cannot be the number '5' | expected a text"
    ),
    Mistake(
      "hard_reset: reset-board",
      "hard_reset: {a: b}",
      "6:15 error wrong-type: 'hard_reset' cannot be a mapping | expected a text"
    ),
    Mistake(
      "connect: telnet localhost 7001",
      "conect: telnet localhost 7001",
      "8:13 error unknown-key: unknown key 'conect' in 'commands.connections.uart0' of the device,"
        + " which needs 'connect' | meant connect"
    ),
    Mistake(
      "boot: 5, test: 10",
      "boot: -5, test: 1.5",
      "9:26 error wrong-type: 'boot' cannot be the number '-5' | expected a whole number, at least 0",
      "9:36 error wrong-type: 'test' cannot be the number '1.5' | expected a whole number, at least 0"
    ),
    Mistake(
      "actions:\n  deploy:",
      "action:\n  deploy:",
      "10:1 error unknown-key: unknown key 'action' in the device, which needs 'actions' | meant actions"
    ),
    Mistake(
      deployLines,
      "",
      "10:1 error missing-key: 'actions' of the device needs 'deploy' | expected a mapping"
    ),
    Mistake(
      deployLines,
      "  deploy:\n",
      "11:3 error missing-value: 'actions.deploy' of the device has no value | expected a mapping"
    ),
    // As LAVA's templates have it where a device has none.
    Mistake("methods: {image: , overlay: }", "methods:"),
    Mistake(
      "methods: {image: , overlay: }",
      "methods: [image]",
      "13:14 error wrong-type: 'actions.deploy.methods' of the device cannot be a list"
        + " | expected a mapping of keys to values"
    ),
    Mistake(
      "      minimal:\n",
      "      minimal: true\n      fastboot: [boot]\n",
      "18:16 error wrong-type: 'actions.boot.methods.minimal' of the device cannot be the boolean 'true'"
        + " | expected a mapping of keys to values"
    ),
    Mistake(
      "{seconds: 10}",
      "10",
      "20:24 error wrong-type: the timeout of 'power-off' cannot be the number '10'"
        + " | expected a mapping with days, hours, minutes or seconds"
    ),
  ]

  @Test func aDeviceWithoutActions() throws {
    #expect(
      try deviceFindings("hostname: board\n") == [
        "1:1 error missing-key: the device needs 'actions'"
          + " | expected the methods: actions: {deploy: {methods: …}, boot: {methods: …}}"
      ]
    )
  }

  @Test func filesThatAreSomethingElse() throws {
    #expect(try deviceFindings(goodJob) == ["1:1 error wrong-file: this is a job, not a device file"])
    #expect(try jobFindings(goodDevice) == ["1:1 error wrong-file: this is a device file, not a job"])
    #expect(
      try jobFindings("") == ["1:1 error wrong-type: the job cannot be empty | expected a mapping of keys to values"]
    )
    #expect(
      try deviceFindings("- a\n") == [
        "1:1 error wrong-type: the device cannot be a list | expected a mapping of keys to values"
      ]
    )
    let long = String(repeating: "x", count: 500)
    #expect(
      try jobFindings(long) == [
        "1:1 error wrong-type: the job cannot be the text '\(long.prefix(40))…' | expected a mapping of keys to values"
      ]
    )
  }
}
