// SPDX-License-Identifier: Apache-2.0

/// The name of the system that runs on the board, from the files that tell it (spec test-shell §6.2, lava-os-build).
package struct OSBuild {
  /// The bytes of `/etc/os-release`; none when it is not there. So for the others.
  package var osRelease: Bytes
  /// The bytes of `/etc/issue`.
  package var issue: Bytes
  /// The bytes of `/etc/lsb-release`.
  package var lsbRelease: Bytes
  /// The bytes of `/etc/debian_version`.
  package var debianVersion: Bytes
  /// Whether `/bin/busybox` can be run.
  package var hasBusybox: Bool

  package init(osRelease: Bytes, issue: Bytes, lsbRelease: Bytes, debianVersion: Bytes, hasBusybox: Bool) {
    self.osRelease = osRelease
    self.issue = issue
    self.lsbRelease = lsbRelease
    self.debianVersion = debianVersion
    self.hasBusybox = hasBusybox
  }

  /// What is printed: the first of the sources that says something.
  package var description: Bytes {
    if let name = Self.value("PRETTY_NAME=", in: osRelease) { return name }
    if !issue.words.isEmpty { return Self.trimmed(issue) }
    if let name = Self.value("DISTRIB_DESCRIPTION=", in: lsbRelease) { return name }
    if !debianVersion.words.isEmpty { return Self.trimmed(debianVersion) }
    if hasBusybox { return Bytes("busybox system") }
    return Bytes("Unsupported distro: cannot determine build version")
  }

  /// The value of a `NAME=` line, its quotes removed; `nil` when there is none.
  private static func value(_ name: StaticString, in file: Bytes) -> Bytes? {
    for line in file.lines where line.begins(with: name) {
      var value: Bytes = []
      for byte in line.part(from: name.utf8CodeUnitCount) {
        if byte != UInt8(ascii: "\""), byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\r") {
          value.append(byte: byte)
        }
      }
      return value
    }
    return nil
  }

  /// Without the newlines at the end, as `$(cat FILE)` gives it.
  private static func trimmed(_ file: Bytes) -> Bytes {
    var end = file.count
    while end > 0, file[end - 1] == .newline { end -= 1 }
    return file.part(0..<end)
  }
}
