// SPDX-License-Identifier: Apache-2.0

import Testing

/// Wrong values of keys that LAVA has and that need nothing done here: an error all the same, for LAVA refuses them.
@Suite struct UnusedKeyMistakeTests {
  @Test(arguments: files + deploys + boots) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  private static func ofImage(_ line: String, _ finding: String) -> Mistake {
    Mistake("image_arg: -hda {rootfs}", "image_arg: -hda {rootfs}\n        \(line)", "15:\(finding)")
  }

  private static let files = [
    ofImage(
      "archive: zip",
      "18 error unknown-value: 'zip' is not a known value of 'archive' in the image 'rootfs' | expected tar"
    ),
    ofImage(
      "format: qcow3",
      "17 error unknown-value: 'qcow3' is not a known value of 'format' in the image 'rootfs'"
        + " | expected one of: cpio.newc, ext4, file, qcow2, tar | meant qcow2"
    ),
    ofImage("sparse: 1", "17 error wrong-type: 'sparse' cannot be the number '1' | expected true or false"),
    ofImage(
      "root_partition: -1",
      "25 error wrong-type: 'root_partition' cannot be the number '-1' | expected a whole number, at least 0"
    ),
    ofImage(
      "partition: one",
      "20 error wrong-type: 'partition' cannot be the text 'one' | expected a whole number, at least 0"
    ),
    ofImage(
      "filename: a/b",
      "19 error not-a-name: 'filename' becomes a file's name, which 'a/b' cannot be | expected a name without '/'"
    ),
    ofImage("path: [a]", "15 error wrong-type: 'path' cannot be a list | expected a text"),
    ofImage(
      "overlay_backend: e2fs",
      "26 error unknown-value: 'e2fs' is not a known value of 'overlay_backend' in the image 'rootfs'"
        + " | expected one of: auto, e2fsprogs, guestfs"
    ),
    ofImage(
      "reboot: hard_reset",
      "17 error unknown-value: 'hard_reset' is not a known value of 'reboot' in the image 'rootfs' | expected one of:"
        + " fastboot-reboot, fastboot-reboot-bootloader, fastboot-reboot-fastboot, hard-reset | meant hard-reset"
    ),
  ]

  private static func ofDeploy(_ text: String, _ findings: String...) -> Mistake {
    var mistake = Mistake("to: tmpfs", "to: tmpfs\n    \(text)")
    mistake.findings = findings
    return mistake
  }

  private static func other(_ text: String, _ findings: String...) -> Mistake {
    var mistake = Mistake("- boot:\n    method: qemu", "- deploy:\n    \(text)\n- boot:\n    method: qemu")
    mistake.findings = findings
    return mistake
  }

  private static let deploys = [
    ofDeploy(
      "type: monitr",
      "11:11 error unknown-value: 'monitr' is not a known value of 'type' in the deploy action | expected monitor"
        + " | meant monitor"
    ),
    ofDeploy(
      "overlay_backend: [auto]",
      "11:22 error wrong-type: 'overlay_backend' cannot be a list | expected a text"
    ),
    ofDeploy(
      "connection: serial",
      "11:5 note old-key: 'connection' of the deploy action is a key of older versions of LAVA"
    ),
    other(
      "{to: tftp, ramdisk: {url: a, header: uboot}}",
      "16:42 error unknown-value: 'uboot' is not a known value of 'header' in 'ramdisk' of the deploy action"
        + " | expected u-boot | meant u-boot"
    ),
    other(
      "{to: usb, device: a, image: {url: a}, uniquify: 1}",
      "16:53 error wrong-type: 'uniquify' cannot be the number '1' | expected true or false"
    ),
    other(
      "{to: ssh, kernel: {url: a}}",
      "16:15 warning not-fetched: 'kernel' of the deploy action has no effect: neither LAVA nor Pumice fetches it"
    ),
    other(
      "{to: ssh, rootfs: {ulr: a}}",
      "16:24 error unknown-key: unknown key 'ulr' in 'rootfs' of the deploy action, which needs 'url' | meant url"
    ),
    other(
      "{to: docker, image: {name: a b, local: maybe}}",
      "16:32 error image-name: 'a b' is not the name of an image | expected the name of a container's image",
      "16:44 error wrong-type: 'local' cannot be the text 'maybe' | expected true or false"
    ),
    other(
      "{to: docker, image: --privileged}",
      "16:25 error image-name: '--privileged' is not the name of an image | expected the name of a container's image"
    ),
    other(
      "{to: downloads, images: {a: {url: u}}, postprocess: {docker: {image: a, steps: b}}}",
      "16:84 error wrong-type: 'steps' cannot be the text 'b' | expected a list"
    ),
    other(
      "{to: downloads, images: {a: {url: u}}, postprocess: {dokcer: {}}}",
      "16:58 error unknown-key: unknown key 'dokcer' in 'postprocess' of the deploy action, which needs 'docker'"
        + " | meant docker"
    ),
    other(
      "{to: u-boot-ums, image: {url: a}}",
      "16:10 warning not-supported: 'to: u-boot-ums' is a method of LAVA that Pumice does not support: 'plan' and 'run'"
        + " refuse it"
    ),
  ]

  private static func ofBoot(_ text: String, _ findings: String...) -> Mistake {
    var mistake = Mistake("method: qemu\n", "\(text)\n")
    mistake.findings = findings
    return mistake
  }

  private static let boots = [
    ofBoot(
      "method: qemu\n    docker: {imge: a, binary: []}",
      "17:14 error unknown-key: unknown key 'imge' in 'docker' of the boot action, which needs 'image' | meant image",
      "17:31 error wrong-type: 'binary' cannot be a list | expected a text"
    ),
    ofBoot(
      "method: qemu\n    media: usb\n    connection: ssh",
      "17:12 error unknown-value: 'usb' is not a known value of 'media' in the boot action | expected one of: nfs, tmpfs",
      "18:17 error unknown-value: 'ssh' is not a known value of 'connection' in the boot action | expected serial"
    ),
    ofBoot("method: docker", "15:3 error missing-key: the boot action needs 'command' | expected a text"),
    ofBoot(
      "method: docker\n    command: bash\n    downloads-namespace: a/b",
      "18:26 error not-a-name: 'downloads-namespace' becomes a folder's name, which 'a/b' cannot be"
        + " | expected a name without '/'"
    ),
    ofBoot(
      "method: schroot\n    schroot: unstable\n    connection: serial",
      "18:17 error unknown-value: 'serial' is not a known value of 'connection' in the boot action | expected ssh"
    ),
    ofBoot(
      "method: grub",
      "15:3 error missing-key: the boot action needs 'commands'"
        + " | expected the name of a list in the device file, or a list of lines"
    ),
    ofBoot("method: schroot", "15:3 error missing-key: the boot action needs 'schroot' | expected a text"),
    ofBoot(
      "method: grub\n    commands: a\n    use_bootscript: true\n    expect_shell: no one",
      "18:5 warning no-bootscript: 'use_bootscript' has no effect here, the commands are typed: only iPXE understands"
        + " such a script",
      "19:19 error wrong-type: 'expect_shell' cannot be the text 'no one' | expected true or false"
    ),
    ofBoot(
      "method: u-boot\n    commands: usb\n    boot_part: -1",
      "18:16 error wrong-type: 'boot_part' cannot be the number '-1' | expected the number of a partition"
    ),
    Mistake(
      "method: qemu\n    prompts: ['# ']",
      "method: minimal",
      "17:5 warning login-without-prompts: nobody logs in without 'prompts' beside 'auto_login'"
        + " | expected prompts: a list of what the shell asks with"
    ),
    ofBoot(
      "method: ser_ctl",
      "16:13 warning not-supported: 'method: ser_ctl' is a method of LAVA that Pumice does not support: 'plan' and 'run'"
        + " refuse it"
    ),
  ]
}
