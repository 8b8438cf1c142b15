// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-os-build`: prints which system runs on the board.
enum OperatingSystem {
  static func build(_ invocation: Invocation) -> Int32 {
    let build = OSBuild(
      osRelease: File.content("/etc/os-release"),
      issue: File.content("/etc/issue"),
      lsbRelease: File.content("/etc/lsb-release"),
      debianVersion: File.content("/etc/debian_version"),
      hasBusybox: File.exists(Bytes("/bin/busybox"))
    )
    Output.printLine(build.description)
    return 0
  }
}
