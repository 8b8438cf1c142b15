// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Overlay

/// A store of helpers and scripts, and a request that uses it. The helpers are shell scripts that say how they were
/// called, so that they run on this host.
struct Sample {
  let folder = TemporaryFolder()
  let store: HelperStore
  var request: OverlayRequest

  init(architectures: [String] = ["amd64"]) {
    for architecture in architectures {
      _ = run(["mkdir", "-p", folder.file("helpers/\(architecture)")])
      let helper = folder.write(
        "#!/bin/sh\necho \(architecture) ${0##*/} \"$@\"\ncat \"${0%/*}/.lava-helpers\"\n",
        to: "helpers/\(architecture)/lava-helper"
      )
      _ = run(["chmod", "755", helper])
    }
    for (path, text) in [
      "common/lava-common-functions": "signal() { :; }\n", "common/README": "not a script of boards\n",
      "common/lava-install-packages": "generic\n", "distro/debian/lava-install-packages": "debian\n",
      "distro/debian/lava-os-build": "cat /etc/debian_version\n", "multinode/lava-multi-node.lib": "library\n",
    ] {
      _ = run(["sh", "-c", "mkdir -p \"$(dirname \(folder.file("scripts/\(path)")))\""])
      _ = folder.write(text, to: "scripts/\(path)")
    }
    store = HelperStore(helpers: folder.file("helpers"), scripts: folder.file("scripts"))
    request = OverlayRequest(
      resultsDirectory: "/lava-4242",
      shell: "/bin/sh",
      environment: OverlayEnvironment(jobID: "4242", dispatcherIP: "192.0.2.1"),
      helpers: .one(.amd64),
      configuration: HelperConfiguration(jobID: "4242")
    )
    request.stages = [
      [definition("0_first", ["uuid": "4242_1.2.1", "run.sh": "pwd\n", "inline/a.yaml": "a: 1\n"])],
      [definition("1_second", ["uuid": "4242_1.2.5"]), definition("2_third", ["uuid": "4242_1.2.9"])],
    ]
  }

  func tree() throws(Failure) -> OverlayTree { try OverlayTree(request, from: store) }

  /// The overlay as it is unpacked by GNU tar.
  /// - Returns: the folder that stands for the target's root.
  func unpacked() throws -> String {
    try tree().writeTarball(to: folder.file("overlay.tar.gz"))
    _ = run(["mkdir", "-p", folder.file("target")])
    _ = run(["tar", "--no-same-owner", "-xzf", folder.file("overlay.tar.gz"), "-C", folder.file("target")])
    return folder.file("target")
  }

  /// The text of a file of the overlay; nothing where there is none.
  func text(_ path: String) throws(Failure) -> String? {
    try tree().writeTarball(to: folder.file("overlay.tar.gz"))
    guard try ArchiveReader.members(of: folder.file("overlay.tar.gz")).contains(where: { $0.path == path }) else {
      return nil
    }
    let bytes = try ArchiveReader.contents(of: path, in: folder.file("overlay.tar.gz"))
    return String(decoding: bytes, as: UTF8.self)
  }

  private func definition(_ name: String, _ files: [String: String]) -> OverlayDefinition {
    let files = files.sorted { $0.key < $1.key }
    return OverlayDefinition(name: name, files: files.map { OverlayFile($0.key, .bytes(Array($0.value.utf8))) })
  }
}
