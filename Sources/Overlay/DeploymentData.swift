// SPDX-License-Identifier: Apache-2.0

/// What a deploy's `os` says about the system on the board (spec test-shell §7).
package struct DeploymentData: Sendable, Hashable {
  package var os: String
  /// The shell that helpers and test scripts use: `lava_test_sh_cmd`.
  package var shell: String
  /// Where the overlay stands, with `%s` for the job's id: `lava_test_results_dir`.
  package var resultsDirectory: String
  /// Whose scripts and whose `deps-<distro>` count.
  package var distro: String
  /// The file that a login shell reads; nothing where there is none: `lava_test_shell_file`.
  package var shellFile: String?
  /// Options for the tar that unpacks the overlay on the board: `tar_flags`.
  package var tarFlags: String?

  /// Nothing for an `os` that LAVA does not know.
  package init?(os: String) {
    guard let row = Self.table[os] else { return nil }
    self = row
  }

  /// Every `os` that there is, sorted.
  package static var names: [String] { table.keys.sorted() }

  /// Whether the board's file system lets the user that unpacks the overlay make hard links: Android's security policy
  /// does not, in the folder that is used there.
  package var hasHardLinks: Bool { distro != "android" }

  /// A constant by LAVA's name of it; nothing where the `os` does not have it.
  package func constant(_ name: String) -> String? {
    switch name {
    case "lava_test_sh_cmd": shell
    case "lava_test_results_dir": resultsDirectory
    case "lava_test_shell_file": shellFile
    case "distro": distro
    case "tar_flags": tarFlags
    case "line_separator": "\n"
    default: nil
    }
  }

  private init(
    _ os: String,
    shell: String,
    resultsDirectory: String = "/lava-%s",
    distro: String? = nil,
    shellFile: String? = "~/.bashrc",
    tarFlags: String? = nil
  ) {
    self.os = os
    self.shell = shell
    self.resultsDirectory = resultsDirectory
    self.distro = distro ?? os
    self.shellFile = shellFile
    self.tarFlags = tarFlags
  }

  private static let noTimestamp = "--warning no-timestamp"

  private static let table: [String: DeploymentData] = {
    var rows = [
      DeploymentData(
        "android",
        shell: "/system/bin/sh",
        resultsDirectory: "/data/local/tmp/lava-%s",
        shellFile: nil
      ),
      DeploymentData("apertis", shell: "/bin/sh", resultsDirectory: "/var/lib/lava-%s", tarFlags: noTimestamp),
      DeploymentData("oe", shell: "/bin/sh"),
      DeploymentData("lede", shell: "/bin/sh", resultsDirectory: "/tmp/lava-results-%s", shellFile: nil),
      DeploymentData("centos_installer", shell: "/bin/bash", distro: "centos"),
      DeploymentData("debian_installer", shell: "/bin/bash", distro: "debian"),
    ]
    rows += ["ubuntu", "qnx"].map { DeploymentData($0, shell: "/bin/sh", tarFlags: noTimestamp) }
    rows += ["archlinux", "centos", "debian", "fedora", "slackware"].map {
      DeploymentData($0, shell: "/bin/bash", tarFlags: noTimestamp)
    }
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.os, $0) })
  }()
}
