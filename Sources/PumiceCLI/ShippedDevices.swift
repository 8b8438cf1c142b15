// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Reports

/// The device files that come with Pumice (`ShareFolder`).
enum ShippedDevices {
  /// A device file, or the folder `bases`; nil where it is not there.
  static func find(_ name: String) throws(Failure) -> String? {
    try ShareFolder.candidates(named: Terminal.environment("PUMICE_SHARE"))
      .lazy.map { Paths.join($0.path(of: .devices), name) }
      .first(where: FileSystem.exists)
  }

  /// The device that is used when none is named: a shell in namespaces of its own on this host.
  static func local() throws(Failure) -> String {
    if let device = try find("namespace.yaml") { return device }
    throw Failure(
      .configuration,
      "no-local-device",
      "no --device is given, and devices/namespace.yaml, which is used then, does not come with this program",
      advice:
        "Name a device file with --device; PUMICE_SHARE, where it is set, names the only folder that is looked at."
    )
  }
}
