// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A program whose terminal is a console: `telnet`, `ssh`, `qemu-system-x86_64`.
package struct ConsoleCommand: Sendable, Hashable {
  /// The program, by path or by name in `PATH`, and its arguments.
  package var arguments: [String]
  /// Variables that are set on top of this process's environment.
  package var environment: [String: String]
  /// The working directory; nil for this process's.
  package var directory: String?
  /// The terminal's size in characters; pexpect's is the default.
  package var rows: UInt16 = 24
  package var columns: UInt16 = 80
  /// Whether the terminal echoes what is typed, until the program changes that.
  package var echo = true

  package init(_ arguments: [String], environment: [String: String] = [:], directory: String? = nil) {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
  }

  /// Splits a command line as `ShellWords` does; no shell is involved.
  package init(
    line: String,
    environment: [String: String] = [:],
    directory: String? = nil
  ) throws(Failure) {
    self.init(try ShellWords.split(line), environment: environment, directory: directory)
    guard arguments.isEmpty else { return }
    throw Failure(.configuration, "command-empty", "the console's command is empty", advice: "Name a program.")
  }
}
