// SPDX-License-Identifier: Apache-2.0

/// The architectures that there are helpers for, by Debian's names.
package enum Architecture: String, Sendable, Hashable, CaseIterable {
  case amd64
  case arm64
  /// Every 32-bit ARM from ARMv5TE on, with or without a floating-point unit.
  case armel
  case i386
  case riscv64

  /// Reads the name of an architecture as LAVA's jobs and devices, Debian or `uname -m` write it.
  package init?(named name: String) {
    switch name.lowercased() {
    case "amd64", "x86_64", "x86-64": self = .amd64
    case "arm64", "aarch64": self = .arm64
    case "armel", "arm", "armhf": self = .armel
    case "i386", "i486", "i586", "i686", "x86": self = .i386
    case "riscv64": self = .riscv64
    // `uname -m` of a 32-bit ARM names the core: armv5tejl, armv6l, armv7l, armv8l.
    case let other where other.hasPrefix("armv"): self = .armel
    default: return nil
    }
  }

  /// What `uname -m` says on a board of this architecture, as a pattern of the shell's `case`.
  var unamePattern: String {
    switch self {
    case .amd64: "x86_64|amd64"
    case .arm64: "aarch64|arm64"
    case .armel: "arm*"
    case .i386: "i?86|x86"
    case .riscv64: "riscv64"
    }
  }
}
