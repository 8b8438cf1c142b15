// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

@testable import Dispatcher

/// What `export-device-env` types (spec test-shell §4.3).
@Suite struct ExportDeviceEnvironmentTests {
  /// LAVA's line, to the letter, where a shell reads in it what is meant.
  @Test func asLavaTypesIt() {
    let line = ExportDeviceEnvironment.line("KEY", "va-lue/1.2", file: "~/.bashrc")
    #expect(line == #"echo export KEY=\'va-lue/1.2\' >> ~/.bashrc"#)
  }

  @Test(arguments: ["plain", "", "two  words", "it's", #"a\nb"#, "$HOME", "`id`", "*", "a;b", "#x", "~", "é", "'\"'"])
  func aShellReadsTheValue(_ value: String) throws {
    let folder = TemporaryFolder()
    let line = try #require(ExportDeviceEnvironment.line("KEY", value, file: folder.file("rc")))
    #expect(!line.contains("\n"))
    let script = "\(line)\n. \(folder.file("rc"))\nprintf '%s' \"$KEY\"\nenv | grep -q ^KEY= && echo ' exported'"
    #expect(run(["sh", "-c", script]).output == value + " exported\n")
  }

  @Test(arguments: [("KEY", "two\nlines"), ("KEY", "\u{3}"), ("BASH_FUNC_x%%", "() { :; }"), ("", "x"), ("1A", "x")])
  func whatALineCannotSay(_ name: String, _ value: String) {
    #expect(ExportDeviceEnvironment.line(name, value, file: "~/.bashrc") == nil)
  }
}
