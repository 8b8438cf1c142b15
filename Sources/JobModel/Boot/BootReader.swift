// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Boot.Method {
  /// The keys that only boots of this method have and that are not read yet (spec jobs §6).
  fileprivate var ownKeys: [String] {
    switch self {
    case .qemu, .qemuNFS, .monitor: ["media", "connection"]
    case .ipxe: ["kernel", "kernel_type", "ramdisk", "dtb", "root_uuid", "boot_part"]
    case .docker: ["command", "downloads_dir"]
    case .schroot: ["schroot"]
    default: []
    }
  }
}

extension Reading {
  /// A `boot` action without its common keys; nil when it cannot be read.
  func boot(_ reader: inout MappingReader) -> Boot? {
    reader.accept("method", "prompts", "auto_login", "transfer_overlay", "parameters", "reset", "failure_message")
    reader.acceptUnlisted(["commands", "ignore_kernel_messages"])
    reader.correct(["method"])
    guard let method: Boot.Method = reader.choice("method", required: true, offered: Boot.Method.planned) else {
      reader.acceptAll()
      return nil
    }
    guard Boot.Method.planned.contains(method) else {
      dropConnection(&reader)
      noteUnplanned("method", method.rawValue, in: &reader)
      return Boot(method: method)
    }
    reader.acceptUnlisted(method.ownKeys)
    var boot = Boot(method: method)
    boot.prompts = prompts(&reader, required: method == .qemu || method == .qemuNFS)
    boot.autoLogin = autoLogin(&reader)
    boot.transferOverlay = transferOverlay(&reader)
    boot.commands = commands(&reader, required: method == .uBoot)
    var parameters = reader.mapping("parameters")
    boot.kernelStartMessage = parameters?.string("kernel-start-message")
    boot.bootloaderFinalMessage = parameters?.string("bootloader-final-message")
    boot.shutdownMessage = parameters?.string("shutdown-message")
    if method == .ssh {
      boot.hostID = parameters?.filledString("hostID")
      boot.hostKey = parameters?.filledString("host_key")
    }
    parameters?.close()
    boot.resets = reader.bool("reset") ?? true
    boot.softReboot = reader.oneOrMoreStrings("soft_reboot") ?? []
    boot.failureMessage = reader.filledString("failure_message")
    boot.ignoresKernelMessages = reader.bool("ignore_kernel_messages") ?? false
    readOwnKeys(&reader, of: &boot)
    return boot
  }

  /// Only QEMU's boots and a new connection have one; LAVA refuses the key in any other (spec jobs §2).
  private func dropConnection(_ reader: inout MappingReader) {
    reader.drop(["connection"], now: "Leave it out: the method says how the device is reached.")
  }

  /// The keys that only some methods have.
  private func readOwnKeys(_ reader: inout MappingReader, of boot: inout Boot) {
    switch boot.method {
    case .qemu, .qemuNFS, .monitor, .newConnection: break
    default: dropConnection(&reader)
    }
    switch boot.method {
    case .uBoot:
      reader.drop(["type"], now: "Give 'kernel' of the deploy action its 'type': image, uimage or zimage.")
      boot.mediumFiles = mediumFiles(&reader)
    case .qemu, .qemuNFS, .monitor:
      boot.usesContainer = reader.node("docker") != nil
    case .minimal:
      boot.prePowerCommand = reader.bool("pre_power_command") ?? false
      boot.preOsCommand = reader.bool("pre_os_command") ?? false
    case .grub, .grubEFI:
      boot.mediumFiles = mediumFiles(&reader)
      boot.endMessages = reader.oneOrMoreStrings("boot_finished") ?? []
    case .bootloader:
      boot.bootloader = reader.filledString("bootloader", required: true)
      boot.resetsConnection = reader.bool("reset_connection") ?? true
    case .kexec:
      boot.kexec = kexecKeys(&reader)
    case .newConnection:
      boot.connection = reader.filledString("connection", required: true)
    default: break
    }
  }

  private func kexecKeys(_ reader: inout MappingReader) -> KexecKeys {
    var keys = KexecKeys()
    keys.kernel = reader.filledString("kernel")
    keys.deviceTree = reader.filledString("dtb")
    keys.initrd = reader.filledString("initrd")
    keys.kernelConfiguration = reader.filledString("kernel-config")
    keys.command = reader.filledString("command") ?? keys.command
    keys.bootMessage = reader.filledString("boot_message")
    keys.options = reader.strings("options") ?? []
    keys.isOnPanic = reader.bool("on_panic") ?? false
    keys.deploys = reader.bool("deploy") ?? false
    return keys
  }

  /// Where the boot loader finds what it boots, on a medium that an earlier action has written.
  private func mediumFiles(_ reader: inout MappingReader) -> MediumFiles {
    var files = MediumFiles()
    files.kernel = reader.filledString("kernel")
    files.kernelType = reader.choice("kernel_type")
    files.ramdisk = reader.filledString("ramdisk")
    files.deviceTree = reader.filledString("dtb")
    files.root = reader.filledString("root_uuid")
    if let node = reader.node("boot_part") {
      switch node.value {
      case .int(let number): files.partition = String(number)
      case .string(let text) where !text.isEmpty: files.partition = text
      default: refuse(node, of: "'boot_part'", expected: "the number of a partition")
      }
    }
    return files
  }

  /// What is typed at the boot loader: the name of a list of the device file, or the lines.
  private func commands(_ reader: inout MappingReader, required: Bool) -> BootCommands? {
    let expected = "the name of a list in the device file, or a list of lines"
    guard let node = reader.node("commands", required: required, expected: expected) else { return nil }
    if case .sequence = node.content { return reader.strings("commands").map { .lines($0) } }
    return filledString(node, what: "'commands'").map { .named($0) }
  }

  /// The prompts. One text instead of a list is what LAVA accepts and then takes apart letter by letter; here it is a
  /// list of one.
  private func prompts(_ reader: inout MappingReader, required: Bool) -> [String] {
    let expected = "a list of regular expressions"
    guard let node = reader.node("prompts", required: required, expected: expected) else { return [] }
    switch node.content {
    case .scalar:
      guard let text = prompt(node, what: "'prompts'") else { return [] }
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
      return items.compactMap { prompt($0, what: "a prompt") }
    case .mapping:
      refuse(node, of: "'prompts'", expected: expected, advice: "Put a prompt that ends in ':' in quotes.")
      return []
    }
  }

  /// A prompt. A mere word is found in much that a board prints.
  private func prompt(_ node: YAMLNode, what: String) -> String? {
    guard let text = filledString(node, what: what) else { return nil }
    let isWord = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
    }
    if isWord {
      report(
        .warning,
        "prompt-is-a-word",
        "the prompt '\(text.shortened)' is a mere word: it is found in other output of the board too",
        at: node,
        expected: "what ends the prompt as well, such as '\(text.shortened):~#'"
      )
    }
    return text
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
    let method = transfer.choice("transfer_method") ?? TransferOverlay.Method.http
    let download = transfer.filledString("download_command", required: method != .zmodem)
    let unpack = transfer.filledString("unpack_command", required: true)
    transfer.close()
    guard let unpack, download != nil || method == .zmodem else { return nil }
    return TransferOverlay(method: method, downloadCommand: download ?? "", unpackCommand: unpack)
  }
}
