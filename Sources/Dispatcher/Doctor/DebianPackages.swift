// SPDX-License-Identifier: Apache-2.0

/// Which Debian packages bring the programs that device files name.
enum DebianPackages {
  private static let byProgram: [String: [String]] = [
    "brz": ["brz"], "console": ["conserver-client"], "curl": ["curl"],
    "ganesha.nfsd": ["nfs-ganesha", "nfs-ganesha-vfs"],
    "git": ["git"], "ipmitool": ["ipmitool"], "mke2fs": ["e2fsprogs"], "microcom": ["microcom"],
    "nbdkit": ["nbdkit"], "picocom": ["picocom"], "rpcbind": ["rpcbind"], "screen": ["screen"], "snmpset": ["snmp"],
    "socat": ["socat"],
    "ssh": ["openssh-client"],
    "telnet": ["telnet"], "uhubctl": ["uhubctl"], "wget": ["wget"],
  ]

  /// None where it is not known.
  static func of(_ program: String) -> [String] {
    if let known = byProgram[program] { return known }
    let prefix = "qemu-system-"
    guard program.hasPrefix(prefix) else { return [] }
    switch program.dropFirst(prefix.count) {
    case "x86_64", "i386": return ["qemu-system-x86"]
    case "aarch64", "arm": return ["qemu-system-arm"]
    case "riscv64", "riscv32", "m68k", "sparc", "sparc64", "s390x", "xtensa": return ["qemu-system-misc"]
    case "mips", "mipsel", "mips64", "mips64el": return ["qemu-system-mips"]
    case "ppc", "ppc64": return ["qemu-system-ppc"]
    default: return []
    }
  }
}
