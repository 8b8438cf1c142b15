// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What `media` of a QEMU boot can be: where its images were deployed to.
private enum EmulatorMedium: String, CaseIterable {
  case nfs, tmpfs
}

/// What `connection` of a `schroot` boot can be.
private enum SchrootConnection: String, CaseIterable {
  case ssh
}

/// What `connection` of a QEMU boot can be.
private enum EmulatorConnection: String, CaseIterable {
  case serial
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
    var boot = Boot(method: method)
    boot.prompts = prompts(&reader, required: method == .qemu || method == .qemuNFS)
    boot.autoLogin = autoLogin(&reader)
    if boot.autoLogin != nil { checkPrompts(&reader, of: method) }
    boot.transferOverlay = transferOverlay(&reader)
    boot.commands = commands(&reader, required: [.uBoot, .grub, .grubEFI, .ipxe].contains(method))
    var parameters = reader.mapping("parameters")
    boot.kernelStartMessage = parameters?.optionalPattern("kernel-start-message")
    boot.bootloaderFinalMessage = parameters?.optionalPattern("bootloader-final-message")
    boot.shutdownMessage = parameters?.optionalPattern("shutdown-message")
    if method == .ssh {
      boot.hostID = parameters?.filledString("hostID")
      boot.hostKey = parameters?.filledString("host_key")
    }
    parameters?.close()
    boot.resets = reader.bool("reset") ?? true
    boot.softReboot = reader.oneOrMoreStrings("soft_reboot") ?? []
    boot.failureMessage = reader.pattern("failure_message")?.text
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
    case .qemu, .qemuNFS, .monitor, .newConnection, .schroot: break
    default: dropConnection(&reader)
    }
    switch boot.method {
    case .uBoot:
      reader.drop(["type"], now: "Give 'kernel' of the deploy action its 'type': image, uimage or zimage.")
      boot.mediumFiles = mediumFiles(&reader)
      noteScript(&reader)
    case .qemu, .qemuNFS, .monitor:
      reader.acceptUnlisted(["media", "connection"])
      let _: EmulatorMedium? = reader.choice("media")
      let _: EmulatorConnection? = reader.choice("connection")
      boot.usesContainer = hostContainer(&reader, "docker", with: ["binary"])
    case .minimal:
      boot.prePowerCommand = reader.bool("pre_power_command") ?? false
      boot.preOsCommand = reader.bool("pre_os_command") ?? false
    case .grub, .grubEFI:
      boot.mediumFiles = mediumFiles(&reader)
      noteScript(&reader)
      // LAVA knows it there, and does nothing with it.
      reader.acceptUnlisted(["expect_shell"])
      _ = reader.bool("expect_shell")
      boot.endMessages = endMessages(&reader)
    case .ipxe:
      boot.usesScript = reader.bool("use_bootscript")
      // LAVA knows them there, and does nothing with them.
      reader.acceptUnlisted(["kernel", "kernel_type", "ramdisk", "dtb", "root_uuid", "boot_part"])
      _ = mediumFiles(&reader)
    case .docker:
      reader.acceptUnlisted(["downloads_dir"])
      _ = reader.filledString("command", required: true)
      _ = reader.node("downloads-namespace").flatMap { folderName($0, what: "'downloads-namespace'") }
    case .schroot:
      reader.acceptUnlisted(["connection"])
      let _: SchrootConnection? = reader.choice("connection")
      _ = reader.filledString("schroot", required: true)
    case .bootloader:
      boot.bootloader = reader.filledString("bootloader", required: true)
      boot.resetsConnection = reader.bool("reset_connection") ?? true
      boot.resets = boot.resets && reader.bool("reset_device") ?? true
      noteScript(&reader)
    case .kexec:
      boot.kexec = kexecKeys(&reader)
    case .newConnection:
      boot.connection = reader.filledString("connection", required: true)
    default: break
    }
  }

  /// Warns of a login that does not take place, as there is nothing to wait for behind it. That required prompts are
  /// missing, or misspelled, is told elsewhere.
  private func checkPrompts(_ reader: inout MappingReader, of method: Boot.Method) {
    guard method != .qemu, method != .qemuNFS, !reader.has("prompts"), !reader.hasSlip(for: "prompts"),
      let entry = reader.entry("auto_login")
    else { return }
    report(
      .warning,
      "login-without-prompts",
      "nobody logs in without 'prompts' beside 'auto_login'",
      at: entry.key,
      expected: "prompts: a list of what the shell asks with"
    )
  }

  /// What an installer says at its end.
  private func endMessages(_ reader: inout MappingReader) -> [String] {
    guard let node = reader.node("boot_finished") else { return [] }
    guard case .sequence(let items) = node.content else {
      return reader.pattern("boot_finished").map { [$0.text] } ?? []
    }
    return items.compactMap { pattern($0, what: "an item of 'boot_finished'")?.text }
  }

  /// `use_bootscript` of a boot loader that is no iPXE: LAVA would have it fetch a script that only iPXE understands.
  private func noteScript(_ reader: inout MappingReader) {
    reader.acceptUnlisted(["use_bootscript"])
    guard reader.bool("use_bootscript") == true, let entry = reader.entry("use_bootscript") else { return }
    report(
      .warning,
      "no-bootscript",
      "'use_bootscript' has no effect here, the commands are typed: only iPXE understands such a script",
      at: entry.key
    )
  }

  private func kexecKeys(_ reader: inout MappingReader) -> KexecKeys {
    var keys = KexecKeys()
    keys.kernel = reader.filledString("kernel")
    keys.deviceTree = reader.filledString("dtb")
    keys.initrd = reader.filledString("initrd")
    keys.kernelConfiguration = reader.filledString("kernel-config")
    keys.command = reader.filledString("command") ?? keys.command
    keys.bootMessage = reader.pattern("boot_message")?.text
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
      case .int(let number) where number >= 0: files.partition = String(number)
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

  private func autoLogin(_ reader: inout MappingReader) -> AutoLogin? {
    guard var login = reader.mapping("auto_login") else { return nil }
    let prompt = login.pattern("login_prompt", required: true)?.text
    let user = login.string("username", required: true)
    let password = login.string("password", required: login.has("password_prompt"))
    let passwordPrompt = login.pattern("password_prompt")?.text
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
