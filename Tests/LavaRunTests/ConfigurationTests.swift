// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing
import YAMLDocument

/// `dispatcher.yaml` (spec jobs §9) and `env-dut.yaml` (spec test-shell §4.3).
@Suite struct ConfigurationTests {
  private func reading(_ text: String) throws -> Reading {
    Reading(try YAMLDocument(parsing: Array(text.utf8), file: "worker.yaml"))
  }

  @Test(arguments: ["", "# nothing\n", "{}"])
  func emptyFiles(_ text: String) throws {
    let reading = try reading(text)
    #expect(DispatcherConfiguration(reading) == DispatcherConfiguration())
    let base = ["A=1", "B=x=y"]
    #expect(EnvironmentChanges(reading).applied(to: base).map { "\($0.name)|\($0.value)" } == ["A|1", "B|x=y"])
    #expect(reading.diagnostics.isEmpty)
  }

  @Test func theKeysOfADispatcher() throws {
    let reading = try reading(
      """
      dispatcher_ip: 192.0.2.1
      dispatcher_http_ip: 192.0.2.2
      prefix: lab-
      http_url_format_string: http://cache/?u=%s
      tftp_size_limit: 512
      rclone_config: |
        [store]
      """
    )
    var expected = DispatcherConfiguration()
    expected.address = "192.0.2.1"
    expected.httpAddress = "192.0.2.2"
    expected.prefix = "lab-"
    expected.httpURLFormat = "http://cache/?u=%s"
    #expect(DispatcherConfiguration(reading) == expected)
    #expect(reading.diagnostics.isEmpty)
  }

  /// It becomes the name of a folder that is wiped.
  @Test(arguments: ["../../etc/", "a/b", ".."])
  func aPrefixThatLeadsElsewhere(_ prefix: String) throws {
    let reading = try reading("prefix: '\(prefix)'")
    #expect(DispatcherConfiguration(reading).prefix == "")
    #expect(reading.diagnostics.hasErrors)
  }

  @Test func theEnvironmentOfABoard() throws {
    let text = "removes: [SECRET]\noverrides: {B: two, N: 3, E: }"
    let base = ["A=1", "B=b", "SECRET=x", "=C:=odd", "nothing"]
    let kept = EnvironmentChanges(try reading(text)).applied(to: base).map { "\($0.name)=\($0.value)" }
    #expect(kept == ["A=1", "B=two", "N=3", "E="])
    let purged = EnvironmentChanges(try reading("purge: true\n\(text)")).applied(to: base)
    #expect(purged.map { "\($0.name)=\($0.value)" } == ["B=two", "N=3", "E="])
  }

  @Test(arguments: ["[1]", "purge: 3", "overrides: {A: [1]}", "overrides: text", "removes: A"])
  func mistakes(_ text: String) throws {
    let reading = try reading(text)
    _ = EnvironmentChanges(reading)
    #expect(reading.diagnostics.hasErrors)
  }
}
