// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// A LAVA V2 job for one device (spec jobs §1).
package struct Job: Sendable {
  /// The file as the user named it; relative `file:` URLs are relative to its folder.
  package var file: String
  package var name: String
  package var deviceType: String?
  package var timeouts: StatedTimeouts
  package var context: YAMLValue
  package var environment: YAMLValue
  package var tags: [String]
  /// In the order of the text.
  package var secrets: [(key: String, value: String)]
  package var actions: [JobAction]
  package var metadata: YAMLValue
}

/// One item of a job's `actions`.
package struct JobAction: Sendable {
  package enum Body: Sendable {
    case deploy(Deploy)
    case boot(Boot)
    case test(TestBlock)
  }

  package var common: CommonKeys
  package var body: Body
}

/// The keys that every action may have (spec jobs §2).
package struct CommonKeys: Sendable {
  /// The namespace of actions that name none.
  package static let defaultNamespace = "common"

  package var namespace: String = defaultNamespace
  package var connectionNamespace: String?
  package var timeout: StatedTimeout?
  /// By action name.
  package var timeouts: [String: StatedTimeout] = [:]
  package var failureRetry: Int?
  package var failureRetryInterval: Duration?
  package var repeatCount: Int?
  /// Where the action stands in the job: the key that names its kind.
  package var node: YAMLNode
}

/// `deploy`: brings files to the device.
package struct Deploy: Sendable {
  package enum Method: Sendable {
    /// Images in the job's folder, for QEMU.
    case tmpfs([Image])
    /// Only builds the overlay.
    case overlay
  }

  package var method: Method
  /// The operating system on the device, which decides the shell and the package manager (spec test-shell §7).
  package var os: String?
}

/// An image of a tmpfs deploy (spec jobs §5, 5.2).
package struct Image: Sendable {
  package enum Compression: String, Sendable, CaseIterable {
    case bzip2 = "bz2"
    case gzip = "gz"
    case xz
    case zstd
  }

  /// The key under `images`; `{label}` in `image_arg` becomes the file's path.
  package var label: String
  package var url: String
  /// How to unpack the file; nothing for `zip`, which LAVA leaves as it is.
  package var compression: Compression?
  package var imageArgument: String?
  /// How the overlay is put into this image, if it is.
  package var overlay: OverlayFormat?
  /// Checksums of the file as it is downloaded.
  package var checksums: [(algorithm: String, value: String)]
  package var node: YAMLNode
}

/// The form in which an image can carry the overlay (`format` beside `overlays: {lava: true}`).
package enum OverlayFormat: String, Sendable, CaseIterable {
  case cpioNewc = "cpio.newc"
  case ext4
  case tar
}

/// `boot`: starts the device and brings it to a prompt (spec jobs §6).
package struct Boot: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    case qemu, minimal
  }

  package var method: Method
  /// Regular expressions in Python's syntax.
  package var prompts: [String]
  package var autoLogin: AutoLogin?
  package var transferOverlay: TransferOverlay?
  /// Whether `minimal` resets the device first; true unless the job says otherwise.
  package var resets: Bool
  package var prePowerCommand: Bool
  package var preOsCommand: Bool
  package var kernelStartMessage: String?
  package var failureMessage: String?
}

/// How to log in on the console (spec jobs §6.11).
package struct AutoLogin: Sendable {
  package var loginPrompt: String
  package var username: String
  package var passwordPrompt: String?
  package var password: String?
  package var loginCommands: [String]
}

/// How the board fetches the overlay over the network (spec jobs §5.12).
package struct TransferOverlay: Sendable {
  package var downloadCommand: String
  package var unpackCommand: String
}

/// `test` with `definitions`.
package struct TestBlock: Sendable {
  package var definitions: [DefinitionItem]
}

/// One entry of a test block's `definitions` (spec jobs §8).
package struct DefinitionItem: Sendable {
  package enum Source: Sendable {
    /// The definition itself, under `repository` of `node`.
    case inline
    case git(url: String)
    case url(String)
  }

  package var name: String
  package var path: String
  package var source: Source

  /// Whether the job itself holds the definition.
  package var isInline: Bool {
    if case .inline = source { true } else { false }
  }

  package var node: YAMLNode
}
