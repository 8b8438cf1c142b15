// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A folder in which files that come with Pumice stand: what goes onto boards, and device files.
package struct ShareFolder: Sendable, Hashable {
  /// What comes with Pumice.
  package enum Content: Sendable {
    /// The helpers' binaries: a folder for each architecture.
    case helpers
    /// The shell scripts for boards.
    case scripts
    /// Device files, and the bases that others extend.
    case devices
  }

  /// Whether it is a checkout, where things stand as they are built, or has them side by side.
  private enum Layout: Sendable {
    case share, checkout
  }

  package let path: String
  private let layout: Layout

  package var isCheckout: Bool { layout == .checkout }

  /// The folders that may hold what comes with Pumice; what is in several is taken from the first. That is the folder
  /// that the user names, and no other then; else, from the folder of the program up to the root, `share/pumice` in each
  /// of them and the folder itself, which may be the checkout in which the program was built.
  ///
  /// - Parameters:
  ///   - named: `$PUMICE_SHARE`; nil or empty where it is not set.
  ///   - program: the program's own file; that of this process where nothing is given.
  package static func candidates(named: String?, program: String? = nil) throws(Failure) -> [ShareFolder] {
    if let named, !named.isEmpty { return [ShareFolder(path: named, layout: .share)] }
    let own = if let program { program } else { try Programs.ownPath() }
    var folder = own
    var folders: [ShareFolder] = []
    repeat {
      folder = Paths.folder(of: folder)
      folders.append(ShareFolder(path: Paths.join(folder, "share/pumice"), layout: .share))
      folders.append(ShareFolder(path: folder, layout: .checkout))
    } while folder != Paths.folder(of: folder)
    return folders
  }

  /// Where a kind of content stands in the folder, whether it is there or not.
  package func path(of content: Content) -> String {
    let name =
      switch (layout, content) {
      case (.share, .helpers): "helpers"
      case (.share, .scripts): "scripts"
      case (.share, .devices): "devices"
      case (.checkout, .helpers): "overlay/helpers/out"
      case (.checkout, .scripts): "overlay/scripts"
      case (.checkout, .devices): "Examples/devices"
      }
    return Paths.join(path, name)
  }
}
