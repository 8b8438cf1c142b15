// SPDX-License-Identifier: Apache-2.0

import Glibc
import TestDefinitions
import Testing
import YAMLDocument

@Suite struct ParameterTests {
  /// LAVA's bytes (spec test-shell §5.3): `NAME='` + Python's `str(value)` + `'`.
  @Test(
    arguments: [
      (.string("5G"), "'5G'"), (.string("a \"b\" $c\\"), "'a \"b\" $c\\'"), (.string(""), "''"), (.null, "''"),
      (.bool(true), "'True'"), (.bool(false), "'False'"), (.int(-7), "'-7'"), (.float(1.5), "'1.5'"),
      (.float(1e-5), "'1e-05'"), (.float(3), "'3.0'"), (.string("one\ntwo"), "'one\ntwo'"),
      (["x", "y"], "'['x', 'y']'"), (["a": "b"], "'{'a': 'b'}'"), ([1, .null, .bool(true)], "'[1, None, True]'"),
      ([], "'[]'"), (["k": ["v/w", 2]], "'{'k': ['v/w', 2]}'"),
    ] as [(YAMLValue, String)]
  )
  func lavasBytes(value: YAMLValue, expected: String) {
    #expect(DefinitionParameter("K", value).assignment == "K=\(expected)")
  }

  /// What the shell makes of a value: what LAVA's shell sees where LAVA's script works, the value itself where a `'`
  /// breaks it.
  @Test(
    arguments: [
      (.string("it's"), "it's"), (.string("'"), "'"), (.string("$HOME `id` \\ \"q\" '"), "$HOME `id` \\ \"q\" '"),
      (["x", "y"], "[x, y]"), (["a": "b"], "{a: b}"), (["", "y"], "[, y]"), (["two words", "y"], "[two words, y]"),
      (["it's"], "[it's]"), (["$HOME"], "[$HOME]"), (["a": ["*", .null]], "{a: [*, None]}"), (["größe"], "[größe]"),
    ] as [(YAMLValue, String)],
    ["sh", "bash"]
  )
  func shellValue(of row: (YAMLValue, String), shell: String) throws {
    let script = DefinitionParameter("K", row.0).assignment + "\nprintf %s \"$K\""
    #expect(try output(of: shell, script) == row.1)
  }

  @Test(arguments: [("A_1", true), ("_x", true), ("1A", false), ("a-b", false), ("", false), ("ä", false)])
  func shellNames(name: String, isName: Bool) {
    #expect(DefinitionParameter(name, .null).hasShellName == isName)
  }

  /// The standard output of a script in a shell that gets it on its standard input.
  private func output(of shell: String, _ script: String) throws -> String {
    var template = Array("/tmp/pumice-script-XXXXXX\0".utf8).map { CChar(bitPattern: $0) }
    let descriptor = mkstemp(&template)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    try #require(write(descriptor, script, script.utf8.count) == script.utf8.count)
    close(descriptor)
    let stream = try #require(popen("\(shell) \(path) 2>&1", "r"))
    defer { pclose(stream) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    return String(decoding: buffer[..<fread(&buffer, 1, buffer.count, stream)], as: UTF8.self)
  }
}
