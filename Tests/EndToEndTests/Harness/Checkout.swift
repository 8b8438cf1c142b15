// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools

/// What the tests use of this checkout.
enum Checkout {
  static let root = SourceTree.root

  /// `$PUMICE`, else the debug build of this checkout.
  static let program = ProcessInfo.processInfo.environment["PUMICE"] ?? "\(root)/.build/debug/pumice"

  static func example(_ name: String) -> String { "\(root)/Examples/\(name).yaml" }

  static func device(_ name: String) -> String { "\(root)/Examples/devices/\(name).yaml" }

  /// The connection command of the device `namespace`.
  static let namespaceShell = "\(root)/Examples/devices/namespace-shell"

  /// Whether Scripts/make-board has made a board.
  static func hasBoard(_ name: String) -> Bool {
    FileManager.default.isReadableFile(atPath: "\(root)/boards/\(name)/initrd.cpio")
  }

  /// Why a board of Scripts/lab cannot be started here; nil where it can.
  static func obstacle(toLab board: String) -> String? {
    if !hasBoard(board) { return "Scripts/make-board \(board) was not run" }
    if run(["id", "-u"]).output != "0\n" { return "Scripts/lab needs root" }
    return labNetwork ? nil : "this kernel gives us no network of our own with taps"
  }

  private static let labNetwork =
    run([
      "unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc",
      "sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; ip tuntap add dev tap0 mode tap && ip link add b0 type bridge",
    ]).status == 0

  /// Whether this kernel lets us have the namespaces that the namespace board is made of.
  static let hasNamespaces =
    run(["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "true"]).status == 0
}
