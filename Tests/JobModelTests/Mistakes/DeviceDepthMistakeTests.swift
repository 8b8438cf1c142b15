// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes below the methods, constants and parameters of device files (spec jobs §9).
@Suite struct DeviceDepthMistakeTests {
  @Test(arguments: constants + methods + parameters + others) func mistake(_ mistake: Mistake) throws {
    #expect(try deviceFindings(mistake.text(from: goodDevice)) == mistake.findings)
  }

  /// What only looks like a known key is refused where unknown keys are.
  @Test(arguments: [
    (
      "hard_reset: reset-board", "hard_rest: reset-board",
      "6:3 error unknown-key: unknown key 'hard_rest' in 'commands' of the device | meant hard_reset"
    ),
    (
      "{command: qemu-system-x86_64}", "{comand: qemu-system-x86_64}",
      "17:27 error unknown-key: unknown key 'comand' in 'actions.boot.methods.qemu.parameters' of the device"
        + " | meant command"
    ),
  ])
  func strictRefusesMisspelledKeys(right: String, wrong: String, finding: String) throws {
    #expect(try deviceFindings(Mistake(right, wrong).text(from: goodDevice), isStrict: true) == [finding])
  }

  /// LAVA's templates and devices of people have more keys than are read here.
  @Test(arguments: [
    (
      "{kernel-start-message: Linux}",
      "{spawn_maxread: '4092', boot_retry: , my-own: {a: b}, u-boot: {dfu-download: x}}"
    ),
    ("{kernel-start-message: Linux}", "{kernel-start-message: '', u-boot: {final-message: ''}}"),
    ("{command: qemu-system-x86_64}", "{command: q, options: [-m, 512], extra: -smp 2, boot_options: {root: a}}"),
    ("{image: , overlay: }", "{image: {parameters: {guest: {size: 512, filename: a}}}, flasher: {commands: [a]}}"),
    (
      "{image: , overlay: }", "{ssh: {options: [-o, A=b], host: '', port: '22', user: root, identity_file: k}, tftp: x}"
    ),
    ("      minimal:", "      u-boot: {nfs: {commands: [a, b]}, mine: {commands: []}, parameters: {boot_message: a}}"),
    (
      "      minimal:",
      "      grub: {reset_device: false, sequence: [a], menu_options: b, pxe: [{select: {items: [a]}}]}"
    ),
    ("character_delays:", "parameters: {pass: , bootm: {kernel: 0x8000, dtb: '0x9'}, mine: 5}\ncharacter_delays:"),
    ("hard_reset: reset-board", "hard_reset: reset-board\n  usbg_ms_commands: {enable: a}\n  my_own: [x]"),
    (
      "methods: {image: , overlay: }", "parameters: {add_header: '', use_xip: false}\n    methods: {image: , overlay: }"
    ),
  ])
  func whatIsNoMistake(right: String, other: String) throws {
    #expect(try deviceFindings(Mistake(right, other).text(from: goodDevice), isStrict: true) == [])
  }

  private static func constant(_ text: String, _ findings: String...) -> Mistake {
    var mistake = Mistake("{kernel-start-message: Linux}", text)
    mistake.findings = findings
    return mistake
  }

  private static let constants = [
    constant(
      "{kernel-start-message: '('}",
      "4:35 error bad-pattern: '(' is not a regular expression: missing closing parenthesis at character 2"
    ),
    constant(
      "{kernel-start-mesage: Linux}",
      "4:13 warning unknown-key: unknown key 'kernel-start-mesage' in 'constants' of the device: it has no effect"
        + " | meant kernel-start-message"
    ),
    constant(
      "{u-boot: {interrupt-newline: maybe, error-messages: [a, '[']}}",
      "4:41 error wrong-type: 'interrupt-newline' cannot be the text 'maybe' | expected true or false",
      "4:68 error bad-pattern: '[' is not a regular expression: unterminated character set at character 1"
    ),
    constant(
      "{grub: {error-messages: a}}",
      "4:36 error wrong-type: 'error-messages' cannot be the text 'a' | expected a list"
    ),
    constant(
      "{posix: {lava_test_results_dir: /lava}}",
      "4:44 error results-dir: '/lava' is no folder for the results of a job"
        + " | expected an absolute path with one %s for the job's id, such as /lava-%s"
    ),
    constant(
      "{failure_retry: '2'}",
      "4:28 error wrong-type: 'failure_retry' cannot be the text '2' | expected a whole number, at least 1"
    ),
  ]

  private static func bootMethod(_ text: String, _ findings: String...) -> Mistake {
    var mistake = Mistake("      minimal:", "      \(text)")
    mistake.findings = findings
    return mistake
  }

  private static func deployMethod(_ text: String, _ findings: String...) -> Mistake {
    var mistake = Mistake("{image: , overlay: }", text)
    mistake.findings = findings
    return mistake
  }

  private static let methods = [
    Mistake(
      "{command: qemu-system-x86_64}",
      "{command: [qemu], options: [[a]], append: {console: [a]}}",
      "17:36 error wrong-type: 'command' cannot be a list | expected a text",
      "17:54 error wrong-type: an item of 'options' cannot be a list | expected a text",
      "17:78 error wrong-type: 'console' cannot be a list | expected a text"
    ),
    // The right one may be a base's.
    Mistake(
      "{command: qemu-system-x86_64}",
      "{command: qemu-system-x86_64, comand: qemu}",
      "17:56 warning unknown-key: unknown key 'comand' in 'actions.boot.methods.qemu.parameters' of the device: it has no"
        + " effect | meant command"
    ),
    bootMethod(
      "u-boot: {parameters: {bootloader_promt: a, needs_interrupt: 'yes'}}",
      "18:29 warning unknown-key: unknown key 'bootloader_promt' in 'actions.boot.methods.u-boot.parameters' of the"
        + " device: it has no effect | meant bootloader_prompt",
      "18:67 error wrong-type: 'needs_interrupt' cannot be the text 'yes' | expected true or false"
    ),
    bootMethod(
      "u-boot: {nfs: {commands: a}}",
      "18:32 error wrong-type: 'commands' cannot be the text 'a' | expected a list"
    ),
    bootMethod(
      "ipxe: {parameters: {bootloader_prompt: '*'}}",
      "18:46 error bad-pattern: '*' is not a regular expression: quantifier does not follow a repeatable item at"
        + " character 1"
    ),
    deployMethod(
      "{image: {parameters: {guest: {size: big}}}}",
      "13:50 error wrong-type: 'size' cannot be the text 'big' | expected a whole number, at least 1"
    ),
    deployMethod(
      "{ssh: {port: 70000, options: {a: b}}}",
      "13:27 error wrong-type: 'port' cannot be the number '70000' | expected a number from 1 to 65535",
      "13:43 error wrong-type: 'options' cannot be a mapping | expected a text"
    ),
    deployMethod(
      "{ssh: {port: x}}",
      "13:27 error wrong-type: 'port' cannot be the text 'x' | expected a number from 1 to 65535"
    ),
    deployMethod(
      "{ssh: {identiy_file: k}}",
      "13:21 warning unknown-key: unknown key 'identiy_file' in 'actions.deploy.methods.ssh' of the device: it has no"
        + " effect | meant identity_file"
    ),
  ]

  private static func parameter(_ text: String, _ finding: String) -> Mistake {
    Mistake("character_delays:", "parameters: \(text)\ncharacter_delays:", finding)
  }

  private static let parameters = [
    parameter(
      "{bootm: [a]}",
      "9:21 error wrong-type: 'parameters.bootm' of the device cannot be a list"
        + " | expected a mapping of keys to values"
    ),
    parameter(
      "{bootz: {kernel: true}}",
      "9:30 error wrong-type: 'kernel' cannot be the boolean 'true' | expected a text"
    ),
    parameter(
      "{media: {usb: {UUID-required: 1}}}",
      "9:43 error wrong-type: 'UUID-required' cannot be the number '1' | expected true or false"
    ),
    parameter(
      "{media: {sata: {disk: {device-id: 0}}}}",
      "9:36 warning unknown-key: unknown key 'device-id' in 'parameters.media.sata.disk' of the device: it has no effect"
        + " | meant device_id"
    ),
    parameter(
      "{interfaces: {target: {mac: [a]}}}",
      "9:41 error wrong-type: 'mac' cannot be a list | expected a text"
    ),
  ]

  private static let others = [
    Mistake(
      "hard_reset: reset-board",
      "power_of: pdu off 1",
      "6:3 warning unknown-key: unknown key 'power_of' in 'commands' of the device: it has no effect | meant power_off"
    ),
    Mistake(
      "methods: {image: , overlay: }",
      "parameters: {add_header: uboot}\n    methods: {image: , overlay: }",
      "13:30 error unknown-value: 'uboot' is not a known value of 'add_header' in 'actions.deploy.parameters' of the"
        + " device | expected one of: raw, u-boot | meant u-boot"
    ),
    Mistake(
      "architecture: amd64",
      "architecture: amd64\nstatic_info: [{a: b}, c]",
      "4:23 error wrong-type: an item of 'static_info' cannot be the text 'c' | expected a mapping of names to values"
    ),
  ]
}
