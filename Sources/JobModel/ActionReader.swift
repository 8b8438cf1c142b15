// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// Where a deploy can bring its files (spec jobs §3.1). LAVA's other names are known, so that they can be refused
/// by name.
private enum DeployTarget: String, CaseIterable {
  case tmpfs, overlay
  case tftp, nfs, usb, sata, sd, ssh, nbd, downloads, download, docker
  case fastboot, fvp, flasher, mps, musca, recovery, uuu, vemsd, qdl, avh
  case isoInstaller = "iso-installer"
  case lxc
}

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

extension Reading {
  func deploy(_ reader: inout MappingReader) -> Deploy? {
    let os = reader.string("os")
    reader.accept("authorize", "overlay_backend")
    guard let target: DeployTarget = reader.choice("to", required: true, offered: [.tmpfs, .overlay]) else {
      reader.acceptAll()
      return nil
    }
    switch target {
    case .tmpfs:
      guard let images = images(&reader) else { return nil }
      return Deploy(method: .tmpfs(images), os: os)
    case .overlay:
      return Deploy(method: .overlay, os: os)
    default:
      refuseUnsupported("to", target.rawValue, in: &reader)
      return nil
    }
  }

  func boot(_ reader: inout MappingReader) -> Boot? {
    guard let method: BootMethod = reader.choice("method", required: true, offered: [.qemu, .minimal]) else {
      reader.acceptAll()
      return nil
    }
    guard let supported = Boot.Method(rawValue: method.rawValue) else {
      refuseUnsupported("method", method.rawValue, in: &reader)
      return nil
    }
    let prompts = prompts(&reader, required: supported == .qemu)
    let autoLogin = autoLogin(&reader)
    let transfer = transferOverlay(&reader)
    var parameters = reader.mapping("parameters")
    let startMessage = parameters?.string("kernel-start-message")
    parameters?.accept("shutdown-message", "bootloader-final-message")
    parameters?.close()
    reader.accept("media", "connection", "ignore_kernel_messages", "soft_reboot")
    return Boot(
      method: supported,
      prompts: prompts,
      autoLogin: autoLogin,
      transferOverlay: transfer,
      resets: reader.bool("reset") ?? true,
      prePowerCommand: reader.bool("pre_power_command") ?? false,
      preOsCommand: reader.bool("pre_os_command") ?? false,
      kernelStartMessage: startMessage,
      failureMessage: reader.string("failure_message")
    )
  }

  func test(_ reader: inout MappingReader) -> TestBlock? {
    for other in ["monitors", "interactive", "docker", "services"] {
      guard let entry = reader.entry(other) else { continue }
      report(
        .error,
        "not-supported",
        "'\(other)' tests are not supported yet",
        at: entry.key,
        advice: "See the table of limits in README.md."
      )
      reader.acceptAll()
      return nil
    }
    guard let items = reader.list("definitions", required: true) else { return nil }
    let definitions = items.compactMap { definition($0) }
    var names: Set<String> = []
    for definition in definitions where !names.insert(definition.name).inserted {
      report(
        .error,
        "duplicate-definition",
        "two definitions are named '\(definition.name)'",
        at: definition.node,
        advice: "Names must be unique within a namespace: they name the suites of the results."
      )
    }
    return TestBlock(definitions: definitions)
  }

  private func refuseUnsupported(_ key: String, _ value: String, in reader: inout MappingReader) {
    if let node = reader.node(key) {
      report(
        .error,
        "not-supported",
        "'\(key): \(value)' is a method of LAVA that Pumice does not support yet",
        at: node,
        advice: "See the table of limits in README.md."
      )
    }
    reader.acceptAll()
  }
}

// MARK: - Parts of a deploy

extension Reading {
  private func images(_ reader: inout MappingReader) -> [Image]? {
    guard var images = reader.mapping("images", required: true) else { return nil }
    reader.accept("type", "uefi")
    return images.keys.compactMap { label in
      guard let node = images.node(label, required: true) else { return nil }
      return image(label, node)
    }
  }

  private func image(_ label: String, _ node: YAMLNode) -> Image? {
    guard var reader = MappingReader(node, what: "the image '\(label)'", reading: self) else { return nil }
    let url = reader.string("url", required: true)
    let compression: Image.Compression? = reader.choice("compression")
    let argument = reader.string("image_arg")
    var overlay: OverlayFormat?
    if let format: OverlayFormat = reader.choice("format") { overlay = format }
    let carriesOverlay = carriesOverlay(&reader)
    if carriesOverlay, overlay == nil {
      report(
        .error,
        "missing-key",
        "the image '\(label)' is to carry the overlay, but its 'format' is not known",
        at: node,
        expected: "format: \(OverlayFormat.allCases.map(\.rawValue).joined(separator: " | "))"
      )
    }
    if carriesOverlay, let format = overlay, format != .cpioNewc, let formatNode = reader.node("format") {
      report(
        .error,
        "not-supported",
        "putting the overlay into an image of format '\(format.rawValue)' is not supported yet",
        at: formatNode,
        expected: "format: cpio.newc",
        advice: "Leave 'overlays' out: the overlay then comes on a drive of its own."
      )
    }
    let checksums = ["md5sum", "sha256sum", "sha512sum"].compactMap { key in
      reader.string(key).map { (algorithm: String(key.dropLast(3)), value: $0) }
    }
    reader.accept("headers", "archive", "use_cache", "partition", "sparse", "overlay_backend", "root_partition")
    reader.close()
    guard let url else { return nil }
    return Image(
      label: label,
      url: url,
      compression: compression,
      imageArgument: argument,
      overlay: carriesOverlay ? overlay : nil,
      checksums: checksums,
      node: node
    )
  }

  /// Whether `overlays: {lava: true}` stands in the image. Overlays of the job's own come later.
  private func carriesOverlay(_ reader: inout MappingReader) -> Bool {
    guard var overlays = reader.mapping("overlays") else { return false }
    let lava = overlays.bool("lava") ?? false
    for name in overlays.keys where name != "lava" {
      guard let entry = overlays.entry(name) else { continue }
      report(
        .error,
        "not-supported",
        "the overlay '\(name)' cannot be put into an image yet",
        at: entry.key,
        expected: "only 'lava: true'"
      )
    }
    return lava
  }
}

// MARK: - Parts of a boot

extension Reading {
  /// The prompts. One text instead of a list is what LAVA accepts and then takes apart letter by letter; here it is a
  /// list of one.
  private func prompts(_ reader: inout MappingReader, required: Bool) -> [String] {
    guard let node = reader.node("prompts", required: required, expected: "a list of regular expressions") else {
      return []
    }
    if case .scalar = node.content, let text = string(node, what: "'prompts'") {
      report(
        .warning,
        "prompts-not-a-list",
        "'prompts' is one text; LAVA would wait for each of its letters",
        at: node,
        expected: "a list: - '\(text)'"
      )
      return [text]
    }
    guard case .sequence(let items) = node.content else {
      refuse(node, of: "'prompts'", expected: "a list of regular expressions")
      return []
    }
    if items.isEmpty { refuse(node, of: "'prompts'", expected: "a list of regular expressions, at least one") }
    return items.compactMap { string($0, what: "a prompt") }
  }

  private func autoLogin(_ reader: inout MappingReader) -> AutoLogin? {
    guard var login = reader.mapping("auto_login") else { return nil }
    let prompt = login.string("login_prompt", required: true)
    let user = login.string("username", required: true)
    let passwordPrompt = login.string("password_prompt")
    let password = login.string("password")
    let commands = login.strings("login_commands") ?? []
    if let node = login.node("password_prompt"), password == nil {
      report(.error, "missing-key", "'password_prompt' needs a 'password' beside it", at: node, expected: "password: …")
    }
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
    let method = transfer.node("transfer_method")
    if let method, string(method, what: "'transfer_method'") != "http" {
      report(
        .error,
        "not-supported",
        "this way of transferring the overlay is not supported yet",
        at: method,
        expected: "http"
      )
    }
    let download = transfer.string("download_command", required: true)
    let unpack = transfer.string("unpack_command", required: true)
    transfer.close()
    guard let download, let unpack else { return nil }
    return TransferOverlay(downloadCommand: download, unpackCommand: unpack)
  }
}

// MARK: - Parts of a test

extension Reading {
  private func definition(_ node: YAMLNode) -> DefinitionItem? {
    guard var reader = MappingReader(node, what: "the definition", reading: self) else { return nil }
    let from = reader.string("from", required: true)
    let isInline = from == "inline"
    // What is wrong inside an inline item is found where it is read whole.
    if isInline { inlineDefinitions.append(node) }
    let name = isInline ? node["name"]?.value.string : reader.string("name", required: true)
    let path = isInline ? node["path"]?.value.string : reader.string("path", required: true)
    let repository = reader.node("repository", required: !isInline, expected: "a URL")
    let source: DefinitionItem.Source?
    switch from {
    case "inline": source = .inline
    case "git": source = repository.flatMap { string($0, what: "'repository'") }.map { .git(url: $0) }
    case "url": source = repository.flatMap { string($0, what: "'repository'") }.map { .url($0) }
    default:
      refuseOrigin(from, &reader)
      source = nil
    }
    // Read where the definition is rendered.
    reader.accept("name", "path", "parameters", "params", "skip_install", "lava-signal", "expected")
    reader.accept("branch", "revision", "history", "recursive", "shallow", "compression", "strip-components", "headers")
    reader.close()
    guard let name, let path, let source else { return nil }
    return DefinitionItem(name: name, path: path, source: source, node: node)
  }

  private func refuseOrigin(_ from: String?, _ reader: inout MappingReader) {
    guard let from, let node = reader.node("from") else { return }
    let known = ["inline", "git", "url", "tar", "file", "bzr"]
    let isKnown = known.contains(from)
    report(
      .error,
      isKnown ? "not-supported" : "unknown-value",
      isKnown ? "'from: \(from)' is not supported yet" : "'\(from)' is not a known value of 'from' in the definition",
      at: node,
      expected: "one of: git, inline, url",
      suggestion: isKnown ? nil : Suggestion.nearest(to: from, among: known)
    )
  }
}
