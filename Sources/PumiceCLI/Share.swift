// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files

/// The files that come with Pumice beside the program: `share/pumice` of an installation, or the checkout.
enum Share {
  /// A file or folder that comes with Pumice, such as `devices/bases`; nil where it is not beside this program.
  static func find(_ name: String) throws(Failure) -> String? {
    var folder = Paths.folder(of: try Programs.ownPath())
    while true {
      for candidate in ["\(folder)/share/pumice/\(name)", "\(folder)/Examples/\(name)"]
      where FileSystem.exists(candidate) {
        return candidate
      }
      let parent = Paths.folder(of: folder)
      if parent == folder { return nil }
      folder = parent
    }
  }

  /// The device that is used when none is named: a shell in namespaces of its own on this host.
  static func localDevice() throws(Failure) -> String {
    let name = "devices/namespace.yaml"
    if let device = try find(name) { return device }
    throw Failure(
      .configuration,
      "no-local-device",
      "no --device is given, and \(name), which is used then, is not beside this program",
      advice: "Name a device file with --device."
    )
  }
}
