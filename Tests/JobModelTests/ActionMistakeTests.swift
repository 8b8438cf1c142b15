// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes in the actions of a job.
@Suite struct ActionMistakeTests {
  @Test(arguments: shape + common) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  @Test(arguments: deploy) func mistakeInADeploy(_ mistake: Mistake) throws {
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

  /// The list of actions and what its items are.
  private static let shape = [
    Mistake(
      "- deploy:",
      "- depoly:",
      "9:3 error unknown-action: 'depoly' is not a kind of action | expected one of: boot, deploy, test | meant deploy"
    ),
    Mistake(
      "- deploy:",
      "- command:",
      "9:3 error not-supported: 'command' blocks are not supported yet"
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

  private static let deploy = [
    Mistake(
      "to: tmpfs",
      "to: tmpsf",
      "10:9 error unknown-value: 'tmpsf' is not a known value of 'to' in the deploy action"
        + " | expected one of: overlay, tmpfs | meant tmpfs"
    ),
    Mistake(
      "to: tmpfs",
      "to: nfs",
      "10:9 error not-supported: 'to: nfs' is a method of LAVA that Pumice does not support yet"
    ),
    Mistake(
      "    to: tmpfs\n",
      "",
      "9:3 error missing-key: the deploy action needs 'to' | expected one of: overlay, tmpfs"
    ),
    Mistake(
      "to: tmpfs",
      "too: tmpfs",
      "10:5 error unknown-key: unknown key 'too' in the deploy action, which needs 'to' | meant to"
    ),
    Mistake(
      "to: tmpfs",
      "to:",
      "10:5 error missing-value: 'to' of the deploy action has no value | expected one of: overlay, tmpfs"
    ),
    Mistake(
      "to: tmpfs",
      "to: tmpfs\n    distro: debian",
      "11:5 warning unknown-key: unknown key 'distro' in the deploy action: it has no effect | expected os"
    ),
    Mistake(
      "images:\n      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "images: {}\n",
      "11:13 error no-images: 'images' of the deploy action is empty"
        + " | expected at least one image: LABEL: {url: …, image_arg: …}"
    ),
    // The form of V1-era documents.
    Mistake(
      "images:\n      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "image: rootfs.img\n",
      "11:5 error unknown-key: unknown key 'image' in the deploy action, which needs 'images' | meant images"
    ),
    Mistake(
      "images:\n      rootfs:\n",
      "images:\n      1:\n",
      "12:7 error wrong-type: a key of 'images' of the deploy action cannot be the number '1' | expected a text"
    ),
    Mistake(
      "images:\n      rootfs:\n",
      "images:\n      ../rootfs:\n",
      "12:7 error not-a-name: the label of an image becomes a folder's name, which '../rootfs' cannot be"
        + " | expected a name without '/'"
    ),
    Mistake(
      "rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "rootfs: rootfs.img\n",
      "12:15 error wrong-type: the image 'rootfs' cannot be the text 'rootfs.img'"
        + " | expected a mapping of keys to values"
    ),
    Mistake(
      "rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "rootfs:\n",
      "12:7 error missing-value: the image 'rootfs' has no keys | expected a mapping with 'url' and 'image_arg'"
    ),
    Mistake(
      "        url: rootfs.img\n",
      "        uri: rootfs.img\n",
      "13:9 error unknown-key: unknown key 'uri' in the image 'rootfs', which needs 'url' | meant url"
    ),
    Mistake(
      "        url: rootfs.img\n",
      "",
      "12:7 error missing-key: the image 'rootfs' needs 'url' | expected a text"
    ),
    Mistake(
      "rootfs.img\n",
      "htpps://example.org/rootfs.img\n",
      "13:14 error unknown-value: 'htpps' is not a known scheme of a URL"
        + " | expected one of: downloads, file, http, https, rclone, scp | meant https"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        compression: gzip\n",
      "14:22 error unknown-value: 'gzip' is not a known value of 'compression' in the image 'rootfs'"
        + " | expected one of: bz2, gz, xz, zip, zstd | meant gz"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        compression: zip\n",
      "14:22 note zip-not-unpacked: 'compression: zip' leaves the image 'rootfs' as it is: LAVA does not unpack it either"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        md5sum: d41d8cd98f00b204e9800998ecf8427e\n",
      "14:9 warning checksum-not-checked: 'md5sum' of the image 'rootfs' is not checked by this version of Pumice"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        archive: tar\n",
      "14:18 error not-supported: unpacking the archive of the image 'rootfs' is not supported yet"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        overlays: {lava: true}\n",
      "12:7 error missing-key: the image 'rootfs' needs 'format' | expected one of: cpio.newc, ext4, tar"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        overlays: {lava: true}\n        format: cpio\n",
      "15:17 error unknown-value: 'cpio' is not a known value of 'format' in the image 'rootfs'"
        + " | expected one of: cpio.newc, ext4, tar | meant cpio.newc"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        overlays: {lava: true}\n        format: ext4\n",
      "15:17 error not-supported: putting the overlay into an image of format 'ext4' is not supported yet"
        + " | expected cpio.newc"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        overlays: {modules: {url: modules.tar}}\n        format: ext4\n",
      "14:20 error not-supported: the overlay 'modules' cannot be put into an image yet | expected only 'lava: true'"
    ),
    Mistake(
      "to: tmpfs",
      "to: tmpfs\n    uefi: {url: bios.tar}",
      "11:5 error not-supported: 'uefi' of a tmpfs deploy is not supported yet"
    ),
  ]

  private static let boot = [
    Mistake(
      "method: qemu",
      "method: qmeu",
      "16:13 error unknown-value: 'qmeu' is not a known value of 'method' in the boot action"
        + " | expected one of: minimal, qemu | meant qemu"
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
      "method: qemu\n    transfer_overlay: {transfer_method: zmodem, unpack_command: tar xf}",
      "17:41 error not-supported: fetching the overlay by 'zmodem' is not supported yet | expected http"
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
      "method: qemu\n    docker: {image: qemu}",
      "17:5 error not-supported: 'docker' of a boot is not supported yet"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    reset: maybe",
      "17:12 error wrong-type: 'reset' cannot be the text 'maybe' | expected true or false"
    ),
  ]
}
