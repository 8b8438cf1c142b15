// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The variables of `context` that every LAVA server takes (spec jobs §1).
private let contextNames: Set<String> = [
  "arch", "boot_console", "boot_root", "cpu", "extra_options", "guestfs_driveid", "guestfs_interface", "guestfs_size",
  "machine", "memory", "model", "monitor", "netdevice", "no_kvm", "no_network", "serial", "vga", "booti_dtb_addr",
  "booti_kernel_addr", "booti_ramdisk_addr", "bootm_dtb_addr", "bootm_kernel_addr", "bootm_ramdisk_addr",
  "bootz_dtb_addr", "bootz_kernel_addr", "bootz_ramdisk_addr", "deploy_character_delay", "boot_character_delay",
  "test_character_delay", "boot_retry", "failure_retry", "bootloader_prompt", "console_device", "custom_kernel_args",
  "extra_kernel_args", "extra_nfsroot_args", "kernel_loglevel", "kernel_start_message", "lava_test_results_dir",
  "lava_test_sh_cmd", "menu_interrupt_prompt", "mustang_menu_list", "tftp_mac_address", "uboot_extra_error_message",
  "uboot_needs_interrupt", "uboot_altbank",
]

extension Reading {
  /// Warns of variables that look like misspelled ones. Others are let pass: a server can take more, and constants of
  /// the device have any name.
  func checkContextNames(_ keys: [YAMLNode]) {
    let given = Set(keys.compactMap(\.keyText))
    for key in keys {
      guard let name = key.keyText, !contextNames.contains(name),
        let meant = Suggestion.nearest(to: name, among: contextNames.subtracting(given).sorted())
      else { continue }
      report(
        .warning,
        "context-name",
        "'\(name.shortened)' is not a variable of 'context' that a LAVA server takes, unless its administrator says so",
        at: key,
        suggestion: meant
      )
    }
  }
}
