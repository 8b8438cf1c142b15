// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What `type` of a `tmpfs` deploy can be.
private enum MemoryDeployType: String, CaseIterable {
  case monitor
}

/// What a deploy can authorize on the board.
private enum BoardAuthorization: String, CaseIterable {
  case ssh
}

extension Reading {
  /// A `deploy` action without its common keys; nil when it cannot be read.
  func deploy(_ reader: inout MappingReader) -> Deploy? {
    reader.accept("to", "os")
    reader.acceptUnlisted(["overlay_backend"])
    let _: OverlayBackend? = reader.choice("overlay_backend")
    reader.correct(["to"])
    let os = reader.string("os")
    let authorization: BoardAuthorization? = reader.choice("authorize")
    guard let target: Deploy.Target = reader.choice("to", required: true, offered: Deploy.Target.planned) else {
      reader.acceptAll()
      return nil
    }
    var deploy = Deploy(target: target, authorizesSSH: authorization == .ssh, os: os)
    switch target {
    case .tmpfs:
      reader.acceptUnlisted(["type"])
      let _: MemoryDeployType? = reader.choice("type")
      deploy.uefi = file("uefi", &reader)
      let isOld = reader.has("image") && !reader.has("images")
      deploy.files = isOld ? [oldImage(&reader)].compactMap(\.self) : images(&reader)
    case .downloads, .download, .fastboot:
      acceptContainer(&reader)
      deploy.isPostprocessed = postprocessing(&reader)
      deploy.files = images(&reader)
    case .tftp:
      deploy.persistentNFS = persistentNFS(&reader)
      deploy.files = tftpFiles(&reader)
      refuseTwoRoots(deploy)
    case .nfs:
      // LAVA knows it there, and does nothing with it.
      reader.acceptUnlisted(["persistent_nfs"])
      reader.drop(["nfs_url"], now: "'to: tftp' takes 'persistent_nfs: {address: …}'.")
      deploy.files =
        reader.has("images") ? images(&reader) : ["nfsrootfs", "modules"].compactMap { file($0, &reader) }
    case .nbd:
      deploy.files = ["initrd", "kernel", "dtb", "nbdroot"].compactMap { file($0, &reader) }
    case .usb, .sata, .sd:
      reader.acceptUnlisted(["uniquify"])
      _ = reader.bool("uniquify")
      deploy.writing = mediumWriting(&reader)
      deploy.mediumFiles = oldMediumFiles(&reader)
      deploy.medium = reader.filledString("device", required: true)
      deploy.files =
        reader.has("images") ? images(&reader) : [file("image", &reader, required: true)].compactMap(\.self)
    case .ssh:
      noteUnfetched(["firmware", "kernel", "rootfs", "modules"], in: &reader)
    case .docker:
      deploy.containerImage = containerImage(&reader)
    case .overlay: break
    default:
      noteUnplanned("to", target.rawValue, in: &reader)
      return deploy
    }
    if target == .fastboot {
      reader.acceptUnlisted(["connection"])
    } else {
      reader.drop(["connection"], now: "Leave it out: 'to: \(target.rawValue)' says how the device is reached.")
    }
    return deploy
  }

  /// Files that LAVA takes and never fetches (spec jobs §5.6).
  private func noteUnfetched(_ keys: [String], in reader: inout MappingReader) {
    reader.acceptUnlisted(keys)
    for key in keys where file(key, &reader) != nil {
      guard let entry = reader.entry(key) else { continue }
      report(
        .warning,
        "not-fetched",
        "'\(key)' of \(reader.what) has no effect: neither LAVA nor Pumice fetches it",
        at: entry.key,
        advice: "Leave it out; what the test needs it can fetch itself."
      )
    }
  }

  /// What LAVA knows of deploys to its own host, or from there; nothing here needs it.
  private func acceptContainer(_ reader: inout MappingReader) {
    reader.acceptUnlisted(["docker", "uniquify"])
    _ = reader.bool("uniquify")
    _ = hostContainer(&reader, "docker")
  }

  /// Whether the files of a deploy are worked on in a container before they are used: `postprocess`.
  private func postprocessing(_ reader: inout MappingReader) -> Bool {
    guard var work = reader.mapping("postprocess") else { return false }
    defer { work.close() }
    guard var container = work.mapping("docker", required: true) else { return true }
    _ = containerSource(&container)
    _ = container.strings("steps", required: true)
    container.close()
    return true
  }

  /// `image` directly under a tmpfs deploy: the one image, on a drive.
  private func oldImage(_ reader: inout MappingReader) -> Image? {
    let advice = "Write 'images: {rootfs: {url: …, image_arg: -drive format=raw,file={rootfs}}}'."
    guard let node = reader.oldNode("image", now: advice), let url = filledString(node, what: "'image'") else {
      return nil
    }
    reader.acceptUnlisted(["root_partition"])
    return Image(
      label: "rootfs",
      url: url,
      compression: compression(&reader),
      imageArgument: "-drive format=raw,file={rootfs}",
      node: node
    )
  }

  /// How the board writes the image, once it runs.
  private func mediumWriting(_ reader: inout MappingReader) -> MediumWriting {
    func tool(_ key: String, _ reader: inout MappingReader) -> MediumWriting.Tool? {
      guard var tool = reader.mapping(key) else { return nil }
      let path = tool.filledString("tool", required: true)
      if let path, !path.hasPrefix("/"), let node = tool.node("tool") {
        report(
          .warning,
          "tool-path",
          "'tool' of '\(key)' is no absolute path; LAVA refuses it",
          at: node,
          expected: "a path on the board, such as /usr/bin/wget"
        )
      }
      let options = tool.string("options") ?? ""
      let prompt = tool.pattern("prompt")?.text
      tool.close()
      return path.map { MediumWriting.Tool(path: $0, options: options, prompt: prompt) }
    }
    var writing = MediumWriting()
    writing.download = tool("download", &reader)
    writing.writer = tool("writer", &reader)
    if var tool = reader.mapping("tool") {
      writing.endPrompts = (tool.list("prompts") ?? []).compactMap { pattern($0, what: "an item of 'prompts'")?.text }
      tool.close()
    }
    return writing
  }

  /// What older documents say in the deploy of the boot from the medium.
  private func oldMediumFiles(_ reader: inout MappingReader) -> MediumFiles {
    let advice = "It belongs to the boot action: kernel, kernel_type, ramdisk, dtb, root_uuid, boot_part."
    func text(_ key: String, _ reader: inout MappingReader) -> String? {
      switch reader.oldNode(key, now: advice)?.value {
      case .string(let text) where !text.isEmpty: text
      case .int(let number): String(number)
      default: nil
      }
    }
    var files = MediumFiles()
    files.kernel = text("kernel", &reader)
    files.ramdisk = text("ramdisk", &reader)
    files.deviceTree = text("dtb", &reader)
    files.root = text("UUID", &reader).map { $0.contains("=") ? $0 : "UUID=\($0)" }
    files.partition = text("boot_part", &reader)
    return files
  }

  /// Says that a method of LAVA is beyond Pumice; what else its block says is not looked at.
  func noteUnplanned(_ key: String, _ value: String, in reader: inout MappingReader) {
    if let node = reader.node(key) {
      report(
        .warning,
        "not-supported",
        "'\(key): \(value)' is a method of LAVA that Pumice does not support: 'plan' and 'run' refuse it",
        at: node,
        advice: "See the table of limits in README.md."
      )
    }
    reader.acceptAll()
  }

  /// The files of a tftp deploy, in the order of LAVA's fetching (spec jobs §5.3).
  private func tftpFiles(_ reader: inout MappingReader) -> [Image] {
    var files = ["ramdisk", "kernel", "dtb", "nfsrootfs", "modules", "preseed", "tee"].compactMap {
      file($0, &reader)
    }
    for (index, node) in (reader.list("dtbo") ?? []).enumerated() {
      if let file = image("dtbo\(index)", node, anchor: node, what: "an item of 'dtbo'") { files.append(file) }
    }
    if var more = reader.mapping("extra_files") {
      files += more.table().compactMap { label, entry in
        var file = labelled(label, entry)
        file?.isExtra = true
        return file
      }
    }
    return files
  }

  /// The container's image: its name, or a mapping with the name.
  private func containerImage(_ reader: inout MappingReader) -> String? {
    guard let node = reader.node("image", required: true, expected: "the name of a container's image") else {
      return nil
    }
    guard case .mapping = node.content, var image = reader.mapping("image") else {
      return imageName(node, what: "'image'")
    }
    let container = containerSource(&image, "name")
    image.close()
    return container.name
  }
}
