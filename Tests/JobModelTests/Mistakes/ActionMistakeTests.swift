// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes in the actions of a job.
@Suite struct ActionMistakeTests {
  @Test(arguments: shape + common + repeats) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  @Test(arguments: boot) func mistakeInABoot(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  private static let deployText = """
    - deploy:
        to: tmpfs
        images:
          rootfs:
            url: rootfs.img
            image_arg: -hda {rootfs}

    """
  private static let bootText = """
    - boot:
        method: qemu
        prompts: ['# ']
        auto_login:
          login_prompt: 'login:'
          username: root

    """
  private static let noDeploy =
    "error test-without-deploy: this test has no deploy action before it in namespace 'common'"
  private static let noBoot = "warning test-before-boot: this test has no boot action before it in namespace 'common'"

  /// Blocks that LAVA has dropped.
  private static let repeats = [
    Mistake(
      bootText,
      "- repeat: {count: 2, actions: [{boot: {method: minimal}}]}\n",
      "15:3 note repeat-block: LAVA has no 'repeat' blocks any more; here they still work"
    ),
    Mistake(
      bootText,
      "- repeat: {actions: []}\n",
      "15:3 error missing-key: the repeat block needs 'count' | expected how often, such as 3",
      "15:3 note repeat-block: LAVA has no 'repeat' blocks any more; here they still work",
      "16:3 \(noBoot)"
    ),
    Mistake(
      bootText,
      "- repeat: {count: 1000000, actions: [{boot: {method: minimal}}]}\n",
      "15:19 error wrong-type: 'count' cannot be the number '1000000' | expected a number of at most 1000"
    ),
    Mistake(
      bootText,
      "- repeat: {count: 2, actions: [{repeat: {count: 2, actions: [{boot: {method: minimal}}]}}]}\n",
      "15:3 note repeat-block: LAVA has no 'repeat' blocks any more; here they still work",
      "15:33 error nested-repeat: a repeat block cannot stand in another"
    ),
  ]

  /// The list of actions and what its items are.
  private static let shape = [
    Mistake(
      "- deploy:",
      "- depoly:",
      "9:3 error unknown-action: 'depoly' is not a kind of action"
        + " | expected one of: boot, command, deploy, test | meant deploy"
    ),
    Mistake(
      "- deploy:",
      "- command:",
      "9:3 error missing-key: the command action needs 'name' | expected a text",
      "10:5 warning unknown-key: unknown key 'to' in the command action: it has no effect | expected name",
      "11:5 warning unknown-key: unknown key 'images' in the command action: it has no effect | expected name"
    ),
    Mistake(
      deployText,
      "- deploy\n",
      "9:3 error wrong-type: an action cannot be the text 'deploy'"
        + " | expected a mapping with one key: deploy, boot or test"
    ),
    Mistake(
      deployText,
      "- deploy:\n",
      "9:3 error missing-value: the deploy action has no keys | expected a mapping of keys to values"
    ),
    // The keys of the deploy stand below it, not in it.
    Mistake(
      deployText,
      "- deploy:\n  to: overlay\n  os: debian\n",
      "10:3 error indentation: 'to' stands beside 'deploy', not in it"
    ),
    Mistake(
      "- boot:\n",
      "  boot:\n",
      "15:3 error two-actions-in-one: an action has one key, this one has 'deploy' and 'boot'"
    ),
    Mistake(deployText, "", "15:3 \(noDeploy)"),
    Mistake(bootText, "", "15:3 \(noBoot)"),
    Mistake(deployText + bootText, "", "9:3 \(noDeploy)", "9:3 \(noBoot)"),
  ]

  private static let common = [
    Mistake(
      "method: qemu",
      "method: qemu\n    namespace: a",
      "9:3 error missing-namespace: this action has no 'namespace', the one of line 15 has",
      "22:3 error missing-namespace: this action has no 'namespace', the one of line 15 has"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    namespace: common",
      "17:16 error reserved-namespace: the namespace 'common' is reserved"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    namespace: ../../etc",
      "17:16 error not-a-name: 'namespace' becomes a folder's name, which '../../etc' cannot be"
        + " | expected a name without '/'"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    failure_retry: 0",
      "17:20 error wrong-type: 'failure_retry' cannot be the number '0' | expected a whole number, at least 1"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    failure_retry: 2\n    repeat: 3",
      "18:5 error repeat-and-retry: 'repeat' and 'failure_retry' cannot stand in one action"
    ),
    Mistake(
      "timeout: {minutes: 10}",
      "time_out: {minutes: 10}",
      "22:5 warning unknown-key: unknown key 'time_out' in the test action: it has no effect | meant timeout"
    ),
  ]

  private static let boot = [
    Mistake(
      "method: qemu",
      "method: qmeu",
      "16:13 error unknown-value: 'qmeu' is not a known value of 'method' in the boot action"
        + " | expected one of: bootloader, docker, grub, grub-efi, ipxe, kexec, minimal, monitor, new_connection, qemu,"
        + " qemu-nfs, schroot, ssh, u-boot | meant qemu"
    ),
    Mistake(
      "method: qemu",
      "methods: qemu",
      "16:5 error unknown-key: unknown key 'methods' in the boot action, which needs 'method' | meant method"
    ),
    Mistake(
      "prompts: ['# ']",
      "prompt: ['# ']",
      "17:5 error unknown-key: unknown key 'prompt' in the boot action, which needs 'prompts' | meant prompts"
    ),
    Mistake(
      "method: qemu\n    prompts: ['# ']",
      "method: minimal\n    prompt: ['# ']",
      "17:5 warning unknown-key: unknown key 'prompt' in the boot action: it has no effect | meant prompts"
    ),
    Mistake(
      "    prompts: ['# ']\n",
      "",
      "15:3 error missing-key: the boot action needs 'prompts' | expected a list of regular expressions"
    ),
    Mistake(
      "['# ']",
      "'# '",
      "17:14 warning prompts-not-a-list: 'prompts' is one text; LAVA would wait for each of its letters"
        + " | expected a list, with the text as an item: - '# '"
    ),
    Mistake(
      "['# ']",
      "['# ', linaro-test]",
      "17:21 warning prompt-is-a-word: the prompt 'linaro-test' is a mere word: it is found in other output of the board too"
        + " | expected what ends the prompt as well, such as 'linaro-test:~#'"
    ),
    Mistake("['# ']", "[]", "17:14 error no-prompts: 'prompts' is empty | expected a list of regular expressions"),
    Mistake("['# ']", "['# ', '']", "17:21 error empty-text: a prompt cannot be an empty text"),
    Mistake("['# ']", "[7]", "17:15 error wrong-type: a prompt cannot be the number '7' | expected a text"),
    Mistake(
      "login_prompt: 'login:'",
      "login-prompt: 'login:'",
      "19:7 error unknown-key: unknown key 'login-prompt' in 'auto_login' of the boot action, which needs 'login_prompt'"
        + " | meant login_prompt"
    ),
    Mistake(
      "username: root",
      "username: root\n      password_prompt: 'Password:'",
      "18:5 error missing-key: 'auto_login' of the boot action needs 'password' | expected a text"
    ),
    Mistake(
      "username: root",
      "username: root\n      password_prompt: 'Password:'\n      password: 1234",
      "22:17 error wrong-type: 'password' cannot be the number '1234' | expected a text"
    ),
    Mistake(
      "username: root",
      "username: root\n      password: secret",
      "21:7 warning password-without-prompt: 'password' is never typed without a 'password_prompt' beside it"
        + " | expected password_prompt: 'Password:'"
    ),
    Mistake(
      "username: root",
      "username: root\n      login_commands: sudo su",
      "21:23 error wrong-type: 'login_commands' cannot be the text 'sudo su' | expected a list"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    transfer_overlay: {transfer_method: nfs, unpack_command: cp}",
      "17:5 error missing-key: 'transfer_overlay' of the boot action needs 'download_command' | expected a text"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    transfer_overlay: {transfer_method: htp, download_command: wget, unpack_command: tar xf}",
      "17:41 error unknown-value: 'htp' is not a known value of 'transfer_method' in 'transfer_overlay' of the boot action"
        + " | expected one of: http, nfs, zmodem | meant http"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    transfer_overlay: {downlod_command: wget}",
      "17:5 error missing-key: 'transfer_overlay' of the boot action needs 'unpack_command' | expected a text",
      "17:24 error unknown-key: unknown key 'downlod_command' in 'transfer_overlay' of the boot action,"
        + " which needs 'download_command' | meant download_command"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    parameters: {kernel-start-mesage: Linux}",
      "17:18 warning unknown-key: unknown key 'kernel-start-mesage' in 'parameters' of the boot action: it has no effect"
        + " | meant kernel-start-message"
    ),
    Mistake(
      "method: qemu",
      "method: pyocd",
      "16:13 warning not-supported: 'method: pyocd' is a method of LAVA that Pumice does not support:"
        + " 'plan' and 'run' refuse it"
    ),
    Mistake(
      "method: qemu",
      "method: u-boot",
      "15:3 error missing-key: the boot action needs 'commands'"
        + " | expected the name of a list in the device file, or a list of lines"
    ),
    Mistake(
      "method: qemu",
      "method: bootloader\n    commands: {a: b}",
      "15:3 error missing-key: the boot action needs 'bootloader' | expected a text",
      "17:15 error wrong-type: 'commands' cannot be a mapping | expected a text"
    ),
    Mistake(
      "method: qemu",
      "method: new_connection",
      "15:3 error missing-key: the boot action needs 'connection' | expected a text"
    ),
    // Only QEMU's consoles and new ones have it.
    Mistake(
      "method: qemu",
      "method: ssh\n    connection: ssh",
      "17:5 note old-key: 'connection' of the boot action is a key of older versions of LAVA"
    ),
    Mistake(
      "method: qemu",
      "method: u-boot\n    commands: nfs\n    type: bootz",
      "18:5 note old-key: 'type' of the boot action is a key of older versions of LAVA"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    reset: maybe",
      "17:12 error wrong-type: 'reset' cannot be the text 'maybe' | expected true or false"
    ),
  ]
}
