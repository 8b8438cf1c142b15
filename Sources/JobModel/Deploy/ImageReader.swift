// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The labels whose files have keys that no others have.
enum OwnLabel: String, CaseIterable {
  case kernel, ramdisk
}

/// What `archive` can be.
private enum ArchiveForm: String, CaseIterable {
  case tar
}

/// What `header` of a ramdisk can be: U-Boot's is found whether or not it is named.
private enum RamdiskHeader: String, CaseIterable {
  case uBoot = "u-boot"
}

/// What `format` of a file can be where nothing is put into it: what it is, or how an overlay is packed.
private enum FileForm: String, CaseIterable {
  case file, tar, qcow2, ext4
  case cpioNewc = "cpio.newc"
}

/// What `overlay_backend` can be: the program that LAVA puts an overlay into an image with.
enum OverlayBackend: String, CaseIterable {
  case auto, e2fsprogs, guestfs
}

/// How a device can start again behind an image that was flashed.
private enum FlashReboot: String, CaseIterable {
  case hardReset = "hard-reset"
  case fastbootReboot = "fastboot-reboot"
  case fastbootRebootBootloader = "fastboot-reboot-bootloader"
  case fastbootRebootFastboot = "fastboot-reboot-fastboot"
}

// MARK: - The files of a deploy

extension Reading {
  /// A file under a key of its own.
  func file(_ key: String, _ reader: inout MappingReader, required: Bool = false) -> Image? {
    guard reader.node(key, required: required, expected: "the file: {url: …}") != nil, let entry = reader.entry(key)
    else { return nil }
    return image(key, entry.value, anchor: entry.key, what: "'\(key)' of \(reader.what)")
  }

  /// The files under `images`.
  func images(_ reader: inout MappingReader) -> [Image] {
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

  /// A file under a label that the job chooses.
  func labelled(_ label: String, _ entry: YAMLEntry) -> Image? {
    guard folderName(entry.key, what: "the label of an image") != nil else { return nil }
    return image(label, entry.value, anchor: entry.key, what: "the image '\(label.shortened)'")
  }
}

// MARK: - An image

extension Reading {
  func image(_ label: String, _ node: YAMLNode, anchor: YAMLNode, what: String) -> Image? {
    guard !node.isNull else {
      let expected = "a mapping with 'url' and 'image_arg'"
      report(.error, "missing-value", "\(what) has no keys", at: anchor, expected: expected)
      return nil
    }
    guard var reader = MappingReader(node, what: what, reading: self, anchor: anchor) else { return nil }
    let url = url(&reader)
    let fileName = reader.node("filename").flatMap { folderName($0, what: "'filename'", of: "file") }
    let argument = reader.string("image_arg")
    let compression = compression(&reader)
    noteZip(compression, in: &reader)
    let headers = headers(&reader)
    let usesCache = reader.bool("use_cache") ?? true
    let overlays = overlays(&reader)
    let checksums = checksums(&reader)
    if label == OwnLabel.ramdisk.rawValue {
      reader.acceptUnlisted(["header"])
      let _: RamdiskHeader? = reader.choice("header")
      reader.drop(["add-header"], now: "The device says 'add_header'.")
    }
    let taking = taking(label, &reader)
    let prefix = prefix(&reader)
    let type: KernelType? = label == OwnLabel.kernel.rawValue ? reader.choice("type") : nil
    let archive: ArchiveForm? = reader.choice("archive")
    let appliesOverlay = reader.bool("apply-overlay") ?? false
    let reboot: FlashReboot? = reader.choice("reboot")
    readUnusedKeys(&reader)
    reader.close()
    guard let url else { return nil }
    return Image(
      label: label,
      url: url,
      fileName: fileName,
      compression: compression,
      imageArgument: argument,
      kernelType: type,
      takesModules: taking.modules,
      takesOverlay: taking.overlay,
      prefix: prefix,
      isArchive: archive != nil,
      overlay: overlays.format,
      overlays: overlays.others,
      appliesOverlay: appliesOverlay,
      reboot: reboot?.rawValue,
      checksums: checksums,
      headers: headers,
      usesCache: usesCache,
      node: node
    )
  }

  /// What LAVA's own way to put an overlay into an image asks for; the work here needs none of it.
  private func readUnusedKeys(_ reader: inout MappingReader) {
    reader.acceptUnlisted(["partition", "sparse", "overlay_backend", "root_partition", "path"])
    _ = reader.int("partition", atLeast: 0)
    _ = reader.int("root_partition", atLeast: 0)
    _ = reader.bool("sparse")
    _ = reader.filledString("path")
    let _: OverlayBackend? = reader.choice("overlay_backend")
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
  func headers(_ reader: inout MappingReader) -> [(name: String, value: String)] {
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
      let _: FileForm? = reader.choice("format")
      return (nil, [])
    }
    let format = reader.choice("format", required: isNeeded, synonyms: synonyms)
    return (carriesTests ? format : nil, others)
  }
}
