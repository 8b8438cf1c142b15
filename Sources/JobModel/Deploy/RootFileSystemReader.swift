// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

// Keys of a deploy that are about root file systems: where they are and what is put into them (spec jobs §5.3).

extension Reading {
  /// `persistent_nfs`, or the key of older versions that only had its address.
  func persistentNFS(_ reader: inout MappingReader) -> PersistentNFS? {
    if let node = reader.oldNode("nfs_url", now: "Write 'persistent_nfs: {address: …}'."),
      let address = nfsAddress(node, what: "'nfs_url'")
    {
      return PersistentNFS(address: address, node: node)
    }
    guard var root = reader.mapping("persistent_nfs", expected: "the root: {address: 'SERVER:/PATH'}") else {
      return nil
    }
    let takesOverlay = root.bool("install_overlay") ?? true
    let node = root.node("address", required: true, expected: "SERVER:/PATH")
    root.close()
    guard let node, let address = nfsAddress(node, what: "'address'") else { return nil }
    return PersistentNFS(address: address, takesOverlay: takesOverlay, node: node)
  }

  private func nfsAddress(_ node: YAMLNode, what: String) -> String? {
    guard let text = filledString(node, what: what) else { return nil }
    // A placeholder may hide anything.
    if text.contains("{") || text.contains(":/") { return text }
    report(
      .error,
      "bad-nfs-address",
      "\(what) is no address of an NFS root: '\(text.shortened)'",
      at: node,
      expected: "SERVER:/PATH, the path from the root on"
    )
    return nil
  }

  /// A board has one root file system.
  func refuseTwoRoots(_ deploy: Deploy) {
    guard let root = deploy.persistentNFS, let file = deploy.file("nfsrootfs") else { return }
    report(
      .error,
      "two-roots",
      "the deploy action has both 'nfsrootfs' and 'persistent_nfs'",
      at: root.node.start.line > file.node.start.line ? root.node : file.node,
      advice: "Leave one of them out."
    )
  }

  /// What is put into a ramdisk or a root file system.
  func taking(_ label: String, _ reader: inout MappingReader) -> (modules: Bool, overlay: Bool) {
    let modules = reader.bool("install_modules") ?? true
    let overlay = reader.bool("install_overlay") ?? true
    guard label == OwnLabel.ramdisk.rawValue,
      let node = reader.oldNode(
        "allow_modify",
        now: "Write 'install_modules: false' and 'install_overlay: false' where nothing is to be added."
      )
    else { return (modules, overlay) }
    guard case .scalar(let scalar) = node.content, case .bool(let isAllowed) = scalar.value else {
      refuse(node, of: "'allow_modify'", expected: "true or false")
      return (modules, overlay)
    }
    return isAllowed ? (modules, overlay) : (false, false)
  }

  /// The folder of an archive that is the root: `prefix`.
  func prefix(_ reader: inout MappingReader) -> String? {
    guard let node = reader.node("prefix"), let text = filledString(node, what: "'prefix'") else { return nil }
    guard !text.hasPrefix("/"), text.hasSuffix("/"), !text.split(separator: "/").contains("..") else {
      refuse(node, of: "'prefix'", expected: "a folder of the archive: relative, and with '/' at its end")
      return nil
    }
    return text
  }
}
