// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing
import YAMLDocument

/// Templates in the place of what is rendered from them.
@Suite struct TemplateTests {
  /// What is said of a file that is no YAML.
  private func error(_ text: String, as kind: SourceKind) throws -> String {
    do throws(DiagnosticList) {
      _ = try kind.document(of: Array(text.utf8), file: "file")
    } catch {
      try #require(error.items.count == 1)
      return line(of: error.items[0])
    }
    return "YAML"
  }

  private static let device = "error template: this is a Jinja template of LAVA's server, not a device file"
  private static let job = "error template: this is a Jinja template of a job, not a job"

  @Test(arguments: [
    ("{% extends 'qemu.jinja2' %}\n{% set memory = 1024 %}\n", "1:1"),
    ("# Made by hand.\n  {%- extends 'qemu.jinja2' -%}\n", "2:3"),
    ("hostname: {{ name }}\n", "1:11"),
    ("ä: {{ name }}\n", "1:4"),
    ("a: b\nconnect: telnet {{ host }} 7001\n{% if x %}\nc: d\n{% endif %}\n", "3:1"),
    ("options: [-m {{ memory }}]\n", "1:14"),
    ("{# who knows #}\nhostname: {{ name }}\n", "2:11"),
  ])
  func templates(text: String, place: String) throws {
    #expect(try error(text, as: .device) == "\(place) \(Self.device)")
    #expect(try error(text, as: .job) == "\(place) \(Self.job)")
  }

  /// Whoever gets a template of the server is told how to get what it makes of it.
  @Test func theAdvice() {
    #expect {
      try SourceKind.device.document(of: Array("{% extends 'qemu.jinja2' %}".utf8), file: "file")
    } throws: {
      ($0 as? DiagnosticList)?.items.first?.advice?.contains("lavacli devices dict get --render") == true
    }
  }

  /// Braces are no tags where they are in quotes or comments, or where something else is wrong.
  @Test(arguments: [
    ("steps:\n- docker ps --format '{{.Names}}'\n- echo {{ a }}\n", "YAML"),
    ("# {% extends 'qemu.jinja2' %}\na: b\n", "YAML"),
    ("a: {}\nb: {c: {d: e}}\n", "YAML"),
  ])
  func noTemplates(text: String, expected: String) throws { #expect(try error(text, as: .job) == expected) }

  @Test(arguments: [
    "- '{{.Names}}\n- a\n", "a: \"{{ b }}\" c\n", "a: b\n\tc: {{ d }}\n", "{%\n", "a: {{\n",
    "{{", "{%}", "a: [{{ b]\n",
  ])
  func anotherError(text: String) throws {
    let found = try error(text, as: .job)
    #expect(found.contains(" error ") && !found.contains("template"), "\(found)")
  }
}
