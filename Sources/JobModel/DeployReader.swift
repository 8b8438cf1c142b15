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

/// What `compression` can be. LAVA takes `zip` and leaves it as it is (spec jobs §5.1).
private enum StatedCompression: String, CaseIterable {
  case bz2, gz, xz, zstd, zip
}

extension Reading {
  /// A `deploy` action without its common keys; nil when it cannot be read.
  func deploy(_ reader: inout MappingReader) -> Deploy? {
    reader.accept("to", "os", "images")
    reader.acceptUnlisted(["type", "uefi", "authorize", "overlay_backend"])
    reader.correct(["to"])
    let os = reader.string("os")
    guard let target: DeployTarget = reader.choice("to", required: true, offered: [.tmpfs, .overlay]) else {
      reader.acceptAll()
      return nil
    }
    switch target {
    case .tmpfs:
      return images(&reader).map { Deploy(method: .tmpfs($0), os: os) }
    case .overlay:
      return Deploy(method: .overlay, os: os)
    default:
      refuseMethod("to", target.rawValue, in: &reader)
      return nil
    }
  }

  /// Refuses a method of LAVA that is not supported; what else its action says is not looked at.
  func refuseMethod(_ key: String, _ value: String, in reader: inout MappingReader) {
    if let node = reader.node(key) {
      refuseUnsupported("'\(key): \(value)' is a method of LAVA that Pumice does not support yet", at: node)
    }
    reader.acceptAll()
  }

  private func images(_ reader: inout MappingReader) -> [Image]? {
    if let uefi = reader.entry("uefi") {
      refuseUnsupported(
        "'uefi' of a tmpfs deploy is not supported yet",
        at: uefi.key,
        advice: "Give QEMU the firmware as an image, with an 'image_arg' such as '-bios {firmware}'."
      )
    }
    let expected = "images: {LABEL: {url: …, image_arg: …}}"
    guard var images = reader.mapping("images", required: true, expected: expected) else { return nil }
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
    return labels.compactMap { label, entry in
      guard folderName(entry.key, what: "the label of an image") != nil else { return nil }
      return image(label, entry.value, anchor: entry.key)
    }
  }
}

// MARK: - An image

extension Reading {
  private func image(_ label: String, _ node: YAMLNode, anchor: YAMLNode) -> Image? {
    let what = "the image '\(label.shortened)'"
    guard !node.isNull else {
      let expected = "a mapping with 'url' and 'image_arg'"
      report(.error, "missing-value", "\(what) has no keys", at: anchor, expected: expected)
      return nil
    }
    guard var reader = MappingReader(node, what: what, reading: self, anchor: anchor) else { return nil }
    let url = url(&reader)
    let argument = reader.string("image_arg")
    let compression = compression(&reader)
    let overlay = overlay(&reader)
    let checksums = checksums(&reader)
    reader.acceptUnlisted([
      "archive", "headers", "use_cache", "partition", "sparse", "overlay_backend", "root_partition",
    ])
    if let archive = reader.node("archive") {
      refuseUnsupported(
        "unpacking the archive of \(what) is not supported yet",
        at: archive,
        advice: "Unpack it yourself and give the path of the file in it."
      )
    }
    reader.close()
    guard let url else { return nil }
    return Image(
      label: label,
      url: url,
      compression: compression,
      imageArgument: argument,
      overlay: overlay,
      checksums: checksums,
      node: node
    )
  }

  /// The URL of an image, whose scheme has to be one that LAVA knows (spec jobs §5). A path without a scheme is
  /// Pumice's own.
  private func url(_ reader: inout MappingReader) -> String? {
    guard let url = reader.filledString("url", required: true) else { return nil }
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

  private func compression(_ reader: inout MappingReader) -> Image.Compression? {
    let synonyms: [String: StatedCompression] = ["gzip": .gz, "bzip2": .bz2, "zst": .zstd]
    guard let stated = reader.choice("compression", synonyms: synonyms) else { return nil }
    if stated == .zip, let node = reader.node("compression") {
      report(
        .note,
        "zip-not-unpacked",
        "'compression: zip' leaves \(reader.what) as it is: LAVA does not unpack it either",
        at: node
      )
    }
    return Image.Compression(rawValue: stated.rawValue)
  }

  private func checksums(_ reader: inout MappingReader) -> [(algorithm: String, value: String)] {
    ["md5sum", "sha256sum", "sha512sum"].compactMap { key in
      guard let text = reader.filledString(key), let entry = reader.entry(key) else { return nil }
      report(
        .warning,
        "checksum-not-checked",
        "'\(key)' of \(reader.what) is not checked by this version of Pumice",
        at: entry.key
      )
      return (algorithm: String(key.dropLast("sum".count)), value: text)
    }
  }

  /// How the image carries the overlay, if it does (`overlays: {lava: true}`).
  private func overlay(_ reader: inout MappingReader) -> OverlayFormat? {
    let isCarrier = carriesOverlay(&reader)
    let synonyms: [String: OverlayFormat] = ["cpio": .cpioNewc, "newc": .cpioNewc]
    guard let format = reader.choice("format", required: isCarrier, synonyms: synonyms), isCarrier else { return nil }
    if format != .cpioNewc, let node = reader.node("format") {
      refuseUnsupported(
        "putting the overlay into an image of format '\(format.rawValue)' is not supported yet",
        at: node,
        expected: "cpio.newc",
        advice: "Leave 'overlays' out: the overlay then comes on a drive of its own."
      )
    }
    return format
  }

  /// Whether `overlays: {lava: true}` stands in the image. Overlays of the job's own come later.
  private func carriesOverlay(_ reader: inout MappingReader) -> Bool {
    guard var overlays = reader.mapping("overlays") else { return false }
    for (name, entry) in overlays.table() where name != "lava" {
      refuseUnsupported(
        "the overlay '\(name.shortened)' cannot be put into an image yet",
        at: entry.key,
        expected: "only 'lava: true'"
      )
    }
    return overlays.bool("lava") ?? false
  }
}
