// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The boot loaders that `constants` of LAVA's devices has sections for.
private let loaderSections = ["barebox", "depthcharge", "grub", "grub-efi", "ipxe", "u-boot", "uefi", "uefi-menu"]

extension Reading {
  /// `constants` of a device, as they stand. Those that are known are looked at; a device can have others.
  func constants(_ top: inout MappingReader) -> YAMLValue {
    guard var reader = top.mapping("constants", expected: "a mapping of names to values") else {
      return .mapping([])
    }
    for name in ["kernel-start-message", "shutdown-message", "default-shell-prompt"] {
      _ = reader.optionalPattern(name)
    }
    _ = reader.int("failure_retry", atLeast: 1)
    _ = reader.int("boot_retry", atLeast: 1)
    checkShell(&reader)
    for name in loaderSections where reader.has(name) {
      guard var section = reader.mapping(name) else { continue }
      check(loader: &section)
    }
    reader.acceptOthers()
    reader.close()
    return reader.node.value
  }

  private func checkShell(_ constants: inout MappingReader) {
    guard var shell = constants.mapping("posix") else { return }
    _ = shell.filledString("lava_test_sh_cmd")
    _ = shell.string("lava_test_shell_file")
    let key = "lava_test_results_dir"
    if let text = shell.filledString(key), let node = shell.node(key) { checkResultsFolder(text, at: node) }
    shell.acceptOthers()
    shell.close()
  }

  /// The folder of the tests on the board, with a place for the job's id.
  private func checkResultsFolder(_ text: String, at node: YAMLNode) {
    guard !text.hasPrefix("/") || text.ranges(of: "%s").count != 1 else { return }
    report(
      .error,
      "results-dir",
      "'\(text.shortened)' is no folder for the results of a job",
      at: node,
      expected: "an absolute path with one %s for the job's id, such as /lava-%s"
    )
  }

  /// How a boot loader is stopped, and what it says.
  private func check(loader section: inout MappingReader) {
    for name in ["final-message", "interrupt-prompt", "prompt"] { _ = section.optionalPattern(name) }
    _ = section.string("interrupt-character")
    _ = section.bool("interrupt-newline")
    _ = section.strings("interrupt_ctrl_list")
    for message in section.list("error-messages") ?? [] { _ = pattern(message, what: "an item of 'error-messages'") }
    section.acceptOthers()
    section.close()
  }
}
