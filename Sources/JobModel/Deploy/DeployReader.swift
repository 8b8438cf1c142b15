// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The labels whose files have keys that no others have.
enum OwnLabel: String, CaseIterable {
  case kernel, ramdisk
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
      deploy.uefi = file("uefi", &reader)
      let isOld = reader.has("image") && !reader.has("images")
      deploy.files = isOld ? [oldImage(&reader)].compactMap(\.self) : images(&reader)
    case .downloads, .download, .fastboot:
      reader.acceptUnlisted(["docker"])
      deploy.isPostprocessed = reader.node("postprocess") != nil
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
      deploy.writing = mediumWriting(&reader)
      deploy.mediumFiles = oldMediumFiles(&reader)
      deploy.medium = reader.filledString("device", required: true)
      deploy.files =
        reader.has("images") ? images(&reader) : [file("image", &reader, required: true)].compactMap(\.self)
    case .ssh:
      reader.drop(["connection"], now: "Leave it out: 'to: ssh' says how the device is reached.")
      // LAVA takes them and fetches none of them (spec jobs §5.6).
      reader.acceptUnlisted(["firmware", "kernel", "rootfs", "modules"])
    case .docker:
      deploy.containerImage = containerImage(&reader)
    case .overlay: break
    default:
      noteUnplanned("to", target.rawValue, in: &reader)
    }
    return deploy
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
      let prompt = tool.filledString("prompt")
      tool.close()
      return path.map { MediumWriting.Tool(path: $0, options: options, prompt: prompt) }
    }
    var writing = MediumWriting()
    writing.download = tool("download", &reader)
    writing.writer = tool("writer", &reader)
    if var tool = reader.mapping("tool") {
      writing.endPrompts = tool.strings("prompts") ?? []
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

  /// A file under a key of its own.
  private func file(_ key: String, _ reader: inout MappingReader, required: Bool = false) -> Image? {
    guard reader.node(key, required: required, expected: "the file: {url: …}") != nil, let entry = reader.entry(key)
    else { return nil }
    return image(key, entry.value, anchor: entry.key, what: "'\(key)' of \(reader.what)")
  }

  /// The container's image: its name, or a mapping with the name.
  private func containerImage(_ reader: inout MappingReader) -> String? {
    guard let node = reader.node("image", required: true, expected: "the name of a container's image") else {
      return nil
    }
    guard case .mapping = node.content, var image = reader.mapping("image") else {
      return filledString(node, what: "'image'")
    }
    image.accept("local")
    let name = image.filledString("name", required: true)
    image.close()
    return name
  }

  private func images(_ reader: inout MappingReader) -> [Image] {
    let expected = "images: {LABEL: {url: …, image_arg: …}}"
    guard var images = reader.mapping("images", required: true, expected: expected) else { return [] }
    let labels = images.table()
    if images.isEmpty {
      report(
        .error,
        "no-images",
        "'images' of \(reader.what) is empty",
        at: images.node,
        expected: "at least one image: LABEL: {url: …, image_arg: …}"
      )
    }
    return labels.compactMap(labelled)
  }

  private func labelled(_ label: String, _ entry: YAMLEntry) -> Image? {
    guard folderName(entry.key, what: "the label of an image") != nil else { return nil }
    return image(label, entry.value, anchor: entry.key, what: "the image '\(label.shortened)'")
  }
}

// MARK: - An image

extension Reading {
  private func image(_ label: String, _ node: YAMLNode, anchor: YAMLNode, what: String) -> Image? {
    guard !node.isNull else {
      let expected = "a mapping with 'url' and 'image_arg'"
      report(.error, "missing-value", "\(what) has no keys", at: anchor, expected: expected)
      return nil
    }
    guard var reader = MappingReader(node, what: what, reading: self, anchor: anchor) else { return nil }
    let url = url(&reader)
    let argument = reader.string("image_arg")
    let compression = compression(&reader)
    noteZip(compression, in: &reader)
    let headers = headers(&reader)
    let usesCache = reader.bool("use_cache") ?? true
    let overlays = overlays(&reader)
    let checksums = checksums(&reader)
    if label == OwnLabel.ramdisk.rawValue {
      // U-Boot's header, which is found whether or not it is named.
      reader.acceptUnlisted(["header"])
      reader.drop(["add-header"], now: "The device says 'add_header'.")
    }
    let taking = taking(label, &reader)
    let prefix = prefix(&reader)
    let type: KernelType? = label == OwnLabel.kernel.rawValue ? reader.choice("type") : nil
    reader.acceptUnlisted([
      "partition", "sparse", "overlay_backend", "root_partition", "path",
    ])
    let isArchive = reader.node("archive") != nil
    let appliesOverlay = reader.bool("apply-overlay") ?? false
    let reboot = reader.string("reboot")
    reader.close()
    guard let url else { return nil }
    return Image(
      label: label,
      url: url,
      compression: compression,
      imageArgument: argument,
      kernelType: type,
      takesModules: taking.modules,
      takesOverlay: taking.overlay,
      prefix: prefix,
      isArchive: isArchive,
      overlay: overlays.format,
      overlays: overlays.others,
      appliesOverlay: appliesOverlay,
      reboot: reboot,
      checksums: checksums,
      headers: headers,
      usesCache: usesCache,
      node: node
    )
  }

  /// The URL of an image, whose scheme has to be one that LAVA knows (spec jobs §5). A path without a scheme is
  /// Pumice's own.
  private func url(_ reader: inout MappingReader) -> String? {
    guard let url = reader.filledString("url", required: true) else { return nil }
    if let node = reader.node("url") { warnOfTemplate(url, at: node) }
    let schemes = ["http", "https", "scp", "file", "rclone", "downloads"]
    guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://"), !url[..<colon].contains("/"),
      !schemes.contains(String(url[..<colon])), let node = reader.node("url")
    else { return url }
    let scheme = String(url[..<colon])
    report(
      .error,
      "unknown-value",
      "'\(scheme.shortened)' is not a known scheme of a URL",
      at: node,
      expected: Expectation.one(of: schemes),
      suggestion: Suggestion.nearest(to: scheme, among: schemes)
    )
    return nil
  }

  /// Warns of a URL in which a placeholder of a template was never filled in.
  func warnOfTemplate(_ url: String, at node: YAMLNode) {
    guard let begin = url.firstRange(of: "{{"), url[begin.upperBound...].contains("}}") else { return }
    report(
      .warning,
      "template-left",
      "'\(url[begin.lowerBound...].description.shortened)' looks like a placeholder of a template that was not filled in",
      at: node
    )
  }

  /// How a file is packed, if it has to be unpacked.
  func compression(_ reader: inout MappingReader) -> Image.Compression? {
    reader.choice("compression", synonyms: ["gzip": .gzip, "bzip2": .bzip2, "zst": .zstd])
  }

  /// LAVA takes `zip` and leaves the file as it is (spec jobs §5.1).
  private func noteZip(_ compression: Image.Compression?, in reader: inout MappingReader) {
    guard compression == .zip, let node = reader.node("compression") else { return }
    report(
      .note,
      "zip-unpacked",
      "'compression: zip' unpacks the one file of \(reader.what); LAVA would leave it packed",
      at: node
    )
  }

  private func checksums(_ reader: inout MappingReader) -> [(algorithm: String, value: String)] {
    ["md5sum": 32, "sha256sum": 64, "sha512sum": 128].sorted { $0.value < $1.value }.compactMap { key, digits in
      guard let text = reader.filledString(key), let node = reader.node(key) else { return nil }
      guard text.utf8.count == digits, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        report(
          .error,
          "bad-checksum",
          "'\(key)' of \(reader.what) is none: no file can have it",
          at: node,
          expected: "\(digits) hexadecimal digits"
        )
        return nil
      }
      return (algorithm: String(key.dropLast("sum".count)), value: text)
    }
  }

  /// Headers of a request. Their values are secrets: no report shows one.
  private func headers(_ reader: inout MappingReader) -> [(name: String, value: String)] {
    guard var headers = reader.mapping("headers") else { return [] }
    return headers.table().compactMap { name, entry in
      string(entry.value, what: "the header '\(name.shortened)'").map { (name, $0) }
    }
  }

  /// What is put into an image: the form in which it carries the tests' overlay, if it does
  /// (`overlays: {lava: true}`), and overlays of the job's own.
  private func overlays(_ reader: inout MappingReader) -> (format: OverlayFormat?, others: [Image]) {
    var carriesTests = false
    var others: [Image] = []
    let isCarrier = reader.has("overlays")
    if var overlays = reader.mapping("overlays") {
      for (name, entry) in overlays.table() where name != "lava" {
        if let other = labelled(name, entry) { others.append(other) }
      }
      carriesTests = overlays.bool("lava") ?? false
    }
    let isNeeded = carriesTests || !others.isEmpty
    let synonyms: [String: OverlayFormat] = ["cpio": .cpioNewc, "newc": .cpioNewc]
    // Beside no overlays it says what the image is put into: a file as it is, or an archive.
    guard isCarrier else {
      reader.acceptUnlisted(["format"])
      return (nil, [])
    }
    let format = reader.choice("format", required: isNeeded, synonyms: synonyms)
    return (carriesTests ? format : nil, others)
  }
}
