// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing
import YAMLDocument

/// `protocols.lava-xnbd` of a job, and `nbd_server_port` of the host (spec jobs §1, §5.8).
@Suite struct BlockDeviceTests {
  private static func text(_ protocols: String) -> String {
    """
    job_name: a
    timeouts: {job: {minutes: 5}}
    \(protocols)
    actions:
    - deploy: {to: nbd, nbdroot: {url: r}}

    """
  }

  @Test(arguments: [
    ("protocols: {lava-xnbd: {port: auto}}", []),
    ("protocols: {lava-xnbd: {port: 10809, timeout: {minutes: 1}}}", []),
    ("protocols: {lava-xnbd: {}}", []),
    (
      "protocols: {lava-xnbd: {port: 0}}",
      ["3:31 error wrong-type: 'port' cannot be the number '0' | expected auto, or a number from 1 to 65535"]
    ),
    (
      "protocols: {lava-xnbd: {port: any}}",
      ["3:31 error wrong-type: 'port' cannot be the text 'any' | expected auto, or a number from 1 to 65535"]
    ),
    (
      "protocols: {lava-xnbd: {prt: 1}}",
      ["3:25 warning unknown-key: unknown key 'prt' in 'protocols.lava-xnbd' of the job: it has no effect | meant port"]
    ),
    (
      "",
      [
        "5:3 warning no-xnbd-protocol: LAVA takes 'to: nbd' only in a job with the protocol 'lava-xnbd'"
          + " | expected protocols: {lava-xnbd: {port: auto}}"
      ]
    ),
  ])
  func mistake(protocols: String, findings: [String]) throws {
    #expect(try jobFindings(Self.text(protocols)) == findings)
  }

  @Test(arguments: [("auto", nil), ("10809", 10809)]) func port(stated: String, port: Int?) throws {
    let text = Self.text("protocols: {lava-xnbd: {port: \(stated)}}")
    let reading = Reading(try YAMLDocument(parsing: Array(text.utf8), file: "job.yaml"))
    #expect(try #require(Job(reading)).blockDevicePort == port)
  }

  @Test(arguments: [("nbd_server_port: 10810", 10810), ("nbd_server_port: 70000", nil), ("prefix: a", nil)])
  func portOfTheHost(text: String, port: Int?) throws {
    let reading = Reading(try YAMLDocument(parsing: Array(text.utf8), file: "dispatcher.yaml"))
    #expect(DispatcherConfiguration(reading).nbdPort == port)
    #expect(reading.diagnostics.hasErrors == (text.contains("70000")))
  }
}
