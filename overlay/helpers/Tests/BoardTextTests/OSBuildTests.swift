// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

/// The order of spec test-shell §6.2, lava-os-build.
@Suite("lava-os-build")
struct OSBuildTests {
  private func description(
    osRelease: String = "",
    issue: String = "",
    lsb: String = "",
    debian: String = "",
    busybox: Bool = false
  ) -> String {
    let build = OSBuild(
      osRelease: b(osRelease),
      issue: b(issue),
      lsbRelease: b(lsb),
      debianVersion: b(debian),
      hasBusybox: busybox
    )
    return text(build.description)
  }

  @Test func prettyName() {
    let osRelease = "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
    #expect(description(osRelease: osRelease, issue: "x") == "Debian GNU/Linux 12 (bookworm)")
  }

  @Test func fallbacks() {
    #expect(description(osRelease: "NAME=x\n", issue: "Welcome\n\n", lsb: "DISTRIB_DESCRIPTION=y") == "Welcome")
    #expect(description(issue: " \n", lsb: "DISTRIB_DESCRIPTION='L 1'\n", debian: "12.1\n") == "L 1")
    #expect(description(debian: "12.1\n", busybox: true) == "12.1")
    #expect(description(busybox: true) == "busybox system")
    #expect(description() == "Unsupported distro: cannot determine build version")
  }
}
