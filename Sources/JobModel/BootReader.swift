// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// Boot methods by their LAVA names.
private enum BootMethod: String, CaseIterable {
  case qemu, minimal
  case qemuNFS = "qemu-nfs"
  case qemuISO = "qemu-iso"
  case uBoot = "u-boot"
  case grub, ipxe, ssh, kexec, docker, schroot, bootloader, monitor, barebox, depthcharge, fastboot, uefi, dfu
  case grubEFI = "grub-efi"
  case newConnection = "new_connection"
  case uefiMenu = "uefi-menu"
  case cmsisDAP = "cmsis-dap"
  case fvp, gdb, jlink, openocd, pyocd, recovery, uuu, qdl, avh
}

/// How the overlay can be fetched (spec jobs §5.12).
private enum TransferMethod: String, CaseIterable {
  case http, nfs, zmodem
}

extension Reading {
  /// A `boot` action without its common keys; nil when it cannot be read.
  func boot(_ reader: inout MappingReader) -> Boot? {
    reader.accept("method", "prompts", "auto_login", "transfer_overlay", "parameters", "reset", "failure_message")
    reader.accept("pre_power_command", "pre_os_command")
    // Known to LAVA; nothing here depends on them.
    reader.acceptUnlisted(["media", "connection", "commands", "ignore_kernel_messages", "soft_reboot", "docker"])
    reader.correct(["method"])
    guard let method: BootMethod = reader.choice("method", required: true, offered: [.qemu, .minimal]) else {
      reader.acceptAll()
      return nil
    }
    guard let supported = Boot.Method(rawValue: method.rawValue) else {
      refuseMethod("method", method.rawValue, in: &reader)
      return nil
    }
    if let docker = reader.entry("docker") {
      refuseUnsupported(
        "'docker' of a boot is not supported yet",
        at: docker.key,
        advice: "Leave it out: the programs of this host are used then."
      )
    }
    let prompts = prompts(&reader, required: supported == .qemu)
    let autoLogin = autoLogin(&reader)
    let transfer = transferOverlay(&reader)
    var parameters = reader.mapping("parameters")
    let startMessage = parameters?.string("kernel-start-message")
    parameters?.accept("shutdown-message", "bootloader-final-message")
    parameters?.close()
    return Boot(
      method: supported,
      prompts: prompts,
      autoLogin: autoLogin,
      transferOverlay: transfer,
      resets: reader.bool("reset") ?? true,
      prePowerCommand: reader.bool("pre_power_command") ?? false,
      preOsCommand: reader.bool("pre_os_command") ?? false,
      kernelStartMessage: startMessage,
      failureMessage: reader.filledString("failure_message")
    )
  }

  /// The prompts. One text instead of a list is what LAVA accepts and then takes apart letter by letter; here it is a
  /// list of one.
  private func prompts(_ reader: inout MappingReader, required: Bool) -> [String] {
    let expected = "a list of regular expressions"
    guard let node = reader.node("prompts", required: required, expected: expected) else { return [] }
    switch node.content {
    case .scalar:
      guard let text = filledString(node, what: "'prompts'") else { return [] }
      report(
        .warning,
        "prompts-not-a-list",
        "'prompts' is one text; LAVA would wait for each of its letters",
        at: node,
        expected: "a list, with the text as an item: - '\(text.shortened)'"
      )
      return [text]
    case .sequence(let items):
      if items.isEmpty { report(.error, "no-prompts", "'prompts' is empty", at: node, expected: expected) }
      return items.compactMap { filledString($0, what: "a prompt") }
    case .mapping:
      refuse(node, of: "'prompts'", expected: expected, advice: "Put a prompt that ends in ':' in quotes.")
      return []
    }
  }

  private func autoLogin(_ reader: inout MappingReader) -> AutoLogin? {
    guard var login = reader.mapping("auto_login") else { return nil }
    let prompt = login.filledString("login_prompt", required: true)
    let user = login.string("username", required: true)
    let password = login.string("password", required: login.has("password_prompt"))
    let passwordPrompt = login.filledString("password_prompt")
    if let entry = login.entry("password"), !login.has("password_prompt") {
      report(
        .warning,
        "password-without-prompt",
        "'password' is never typed without a 'password_prompt' beside it",
        at: entry.key,
        expected: "password_prompt: 'Password:'"
      )
    }
    let commands = login.strings("login_commands") ?? []
    login.close()
    guard let prompt, let user else { return nil }
    return AutoLogin(
      loginPrompt: prompt,
      username: user,
      passwordPrompt: passwordPrompt,
      password: password,
      loginCommands: commands
    )
  }

  private func transferOverlay(_ reader: inout MappingReader) -> TransferOverlay? {
    guard var transfer = reader.mapping("transfer_overlay") else { return nil }
    let method: TransferMethod? = transfer.choice("transfer_method")
    if let method, method != .http, let node = transfer.node("transfer_method") {
      refuseUnsupported("fetching the overlay by '\(method.rawValue)' is not supported yet", at: node, expected: "http")
      return nil
    }
    let download = transfer.filledString("download_command", required: true)
    let unpack = transfer.filledString("unpack_command", required: true)
    transfer.close()
    guard let download, let unpack else { return nil }
    return TransferOverlay(downloadCommand: download, unpackCommand: unpack)
  }
}
