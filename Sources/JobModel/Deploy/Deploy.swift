// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// `deploy`: brings files to the device (spec jobs §5).
package struct Deploy: Sendable {
  /// What `to` can be. Those from `fvp` on are LAVA's, known so that they can be refused by name.
  package enum Target: String, Sendable, CaseIterable {
    case tmpfs, tftp, nfs, usb, sata, sd, ssh, overlay, nbd, downloads, download, docker, fastboot
    case fvp, flasher, lxc, mps, musca, recovery, uuu, vemsd, qdl, avh
    case isoInstaller = "iso-installer"
    case uBootUMS = "u-boot-ums"
    case usbgMS = "usbg-ms"

    /// Those that a plan can be made for.
    package static let planned: [Target] = [
      .tmpfs, .tftp, .nfs, .usb, .sata, .sd, .ssh, .overlay, .nbd, .downloads, .download, .docker, .fastboot,
    ]
  }

  package var target: Target
  /// What is fetched, in the order of fetching.
  package var files: [Image] = []
  /// The root file system that a server exports anyway (`persistent_nfs`).
  package var persistentNFS: PersistentNFS?
  /// The firmware of a `tmpfs` deploy.
  package var uefi: Image?
  /// The label of the medium under `parameters.media.<to>` of the device, which a `usb`, `sata` or `sd` deploy writes.
  package var medium: String?
  /// How the medium is written.
  package var writing = MediumWriting()
  /// What older jobs say there of the boot from the medium.
  package var mediumFiles = MediumFiles()
  /// The image of a `docker` deploy.
  package var containerImage: String?
  /// Whether a `downloads` deploy works on its files in a container.
  package var isPostprocessed = false
  /// `authorize: ssh`: whether our key may log in to the board.
  package var authorizesSSH = false
  /// The operating system on the device, which decides the shell and the package manager (spec test-shell §7).
  package var os: String?

  /// The file of a label.
  package func file(_ label: String) -> Image? { files.first { $0.label == label } }
}

/// A root file system that stays on its server when the job is over (`persistent_nfs`, spec jobs §5.3).
package struct PersistentNFS: Sendable {
  /// `SERVER:/PATH`; may hold placeholders for the device's `static_info`.
  package var address: String
  /// Whether the overlay is put into it.
  package var takesOverlay = true
  package var node: YAMLNode
}

/// What a kernel is packed as, which decides the boot loader's command for it (spec jobs §5.3).
package enum KernelType: String, Sendable, CaseIterable {
  case image, uimage, zimage
}

/// A file that a deploy fetches: an image, a kernel, an archive (spec jobs §5, §5.1).
package struct Image: Sendable {
  package enum Compression: String, Sendable, CaseIterable {
    case bzip2 = "bz2"
    case gzip = "gz"
    case xz
    /// An archive that holds exactly one file.
    case zip
    case zstd
  }

  /// The key it stands under; `{label}` in `image_arg` becomes the file's path.
  package var label: String
  package var url: String
  /// The name of the file where it arrives (`filename`), instead of the one that the URL has.
  package var fileName: String? = nil
  /// How to unpack the file.
  package var compression: Compression?
  package var imageArgument: String?
  /// `type` of a kernel.
  package var kernelType: KernelType? = nil
  /// Whether it is one of the `extra_files`, which boot loaders find in a folder of theirs.
  package var isExtra = false
  /// Whether the kernel's modules are put into it (`install_modules`), where it is a ramdisk or a root file system.
  package var takesModules = true
  /// Whether the overlay may be put into it (`install_overlay`), where it is a ramdisk or a root file system.
  package var takesOverlay = true
  /// The folder of a root file system's archive that is the root (`prefix`): relative, with a `/` at its end.
  package var prefix: String? = nil
  /// Whether the file is an archive that is unpacked (`archive: tar`).
  package var isArchive = false
  /// The form in which the tests' overlay is put into this image, if it is.
  package var overlay: OverlayFormat? = nil
  /// Overlays of the job's own that are put into this image.
  package var overlays: [Image] = []
  /// `apply-overlay` of an image that is flashed.
  package var appliesOverlay = false
  /// `reboot` of an image that is flashed: how the device starts again behind it.
  package var reboot: String? = nil
  /// Checksums of the file as it is downloaded: `md5`, `sha256` or `sha512`, with as many digits as it has.
  package var checksums: [(algorithm: String, value: String)] = []
  /// What is sent along where it is fetched by HTTP, in the order of the job. To be taken for secrets.
  package var headers: [(name: String, value: String)] = []
  /// Whether what was fetched earlier may be used (`use_cache`).
  package var usesCache = true
  package var node: YAMLNode
}

/// The form in which an image can carry overlays (`format` beside `overlays`).
package enum OverlayFormat: String, Sendable, CaseIterable {
  case cpioNewc = "cpio.newc"
  case ext4
  case tar
}
