// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What `add_header` of a device can be.
private enum RamdiskForm: String, CaseIterable {
  case raw
  case uBoot = "u-boot"
}

extension Reading {
  /// `parameters` of a device, as they stand (spec jobs §9). Those that are used are looked at.
  func boardParameters(_ top: inout MappingReader) -> YAMLValue {
    guard var reader = top.mapping("parameters", expected: "a mapping of names to values") else {
      return .mapping([])
    }
    for name in ["booti", "bootm", "bootz", "image", "uimage", "zimage"] where reader.has(name) {
      guard var addresses = reader.mapping(name) else { continue }
      for file in ["dtb", "dtbo", "kernel", "ramdisk", "tee"] { _ = addresses.optionalText(file) }
      addresses.acceptOthers()
      addresses.close()
    }
    checkMedia(&reader)
    checkInterfaces(&reader)
    for name in ["dtb_base_addr", "dtb_base_resize", "load_address", "text_offset"] { _ = reader.optionalText(name) }
    reader.acceptOthers()
    reader.close()
    return reader.node.value
  }

  private func checkMedia(_ parameters: inout MappingReader) {
    guard var media = parameters.mapping("media") else { return }
    for kind in ["sata", "sd", "usb"] where media.has(kind) {
      guard var labels = media.mapping(kind) else { continue }
      for (label, entry) in labels.table() where label != "UUID-required" {
        guard var medium = labels.mapping(under: entry) else { continue }
        _ = medium.optionalText("uuid")
        for name in ["boot_part", "device_id", "grub_interface", "uboot_interface"] { _ = medium.optionalText(name) }
        medium.acceptOthers()
        medium.close()
      }
      _ = labels.bool("UUID-required")
    }
    media.acceptOthers()
    media.close()
  }

  private func checkInterfaces(_ parameters: inout MappingReader) {
    guard var interfaces = parameters.mapping("interfaces") else { return }
    if var target = interfaces.mapping("target") {
      _ = target.optionalText("mac")
      _ = target.optionalText("ip")
      target.acceptOthers()
      target.close()
    }
    interfaces.acceptAll()
    interfaces.close()
  }

  /// `actions.deploy.parameters`: what is done to files before a boot loader gets them.
  func deployParameters(_ deploy: inout MappingReader) -> YAMLValue {
    guard var reader = deploy.mapping("parameters") else { return .null }
    // LAVA's templates write an empty one where there is none.
    if reader.node["add_header"]?.value.string?.isEmpty == true {
      reader.acceptUnlisted(["add_header"])
    } else {
      let _: RamdiskForm? = reader.choice("add_header")
    }
    _ = reader.string("mkimage_arch")
    _ = reader.bool("append_dtb")
    _ = reader.bool("use_xip")
    reader.acceptOthers()
    reader.close()
    return reader.node.value
  }
}
