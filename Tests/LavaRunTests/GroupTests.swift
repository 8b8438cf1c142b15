// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

/// Two programs that LAVA's worker has started for the nodes of one group, and a coordinator on the loopback (spec
/// multinode §2, §3).
@Suite(
  .serialized,
  .enabled(if: isInstalled(LavaRunJob.program), "lava-run is not built: swift build, or name one by $LAVA_RUN"),
  .enabled(if: isInstalled(LavaRunJob.pumice), "pumice is not built: swift build, or name one by $PUMICE"),
  .enabled(
    if: run(["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "true"]).status == 0,
    "this kernel gives us no namespaces"
  )
)
struct GroupTests {
  private let folder = TemporaryFolder()
  private let port = SSHServer.freePort()

  /// A copy of `/etc` with LAVA's configuration of a worker.
  ///
  /// - Parameter configuration: the text of the file; nil: there is none.
  private func etc(_ configuration: String?) -> String {
    let path = folder.file("etc")
    // What only root may read is left out where we are not root.
    _ = run(["sh", "-c", "cp -a /etc '\(path)'; rm -rf '\(path)/lava-coordinator'; mkdir '\(path)/lava-coordinator'"])
    if let configuration { _ = folder.write(configuration, to: "etc/lava-coordinator/lava-coordinator.conf") }
    return path
  }

  private func etc() -> String {
    etc(#"{"port": \#(port), "blocksize": 4096, "poll_delay": 1, "coordinator_hostname": "127.0.0.1"}"#)
  }

  private func coordinator(_ options: [String] = []) -> HostProcess {
    HostProcess([LavaRunJob.pumice, "coordinator", "--listen", "127.0.0.1:\(port)"] + options)
  }

  /// The job of a node as LAVA's scheduler hands it to a worker.
  ///
  /// - Parameter protocols: more keys of the node's role.
  private static func job(_ role: String, _ number: Int, _ steps: [String], protocols: String = "") -> String {
    """
    job_name: group
    timeouts: {job: {minutes: 4}, action: {minutes: 2}, connection: {minutes: 2}}
    priority: medium
    visibility: public
    device_type: namespace
    protocols:
      lava-multinode:
        target_group: 6a8b1ad4-4b11-4b6c-9a3f-1f1a3f3d0c11
        role: \(role)
        group_size: 2
        sub_id: \(number)
        timeout: {minutes: 1}
        \(protocols)
        roles: {'4242': server, '4243': client}
    actions:
    - deploy: {role: \(role), to: overlay, os: debian}
    - boot:
        role: \(role)
        method: minimal
        reset: false
        prompts: ['root@[^:]+:[^#]*# ']
        transfer_overlay: {download_command: cd /tmp; wget, unpack_command: tar -C / -xzf}
    - test:
        role: \(role)
        definitions:
        - from: inline
          name: \(role)
          path: inline/\(role).yaml
          repository:
            metadata: {format: Lava-Test Test Definition 1.0, name: \(role)}
            run:
              steps:
    \(steps.map { "          - \(YAMLEmitter.inline(.string($0)))\n" }.joined())
    """
  }

  private func start(server: [String], client: [String], etc: String) -> (server: LavaRunJob, client: LavaRunJob) {
    let delayed = "request: lava-start\n    expect_role: server"
    return (
      LavaRunJob(.text(Self.job("server", 0, server)), id: "4242", etc: etc),
      LavaRunJob(.text(Self.job("client", 1, client, protocols: delayed)), id: "4243", etc: etc)
    )
  }

  /// `case result` of the tests of a run.
  private func cases(_ run: LavaRunJob, _ definition: String) throws -> [String] {
    try run.results.filter { $0["definition"]?.string == definition }
      .map { "\($0["case"]?.string ?? "?") \($0["result"]?.string ?? "?")" }
  }

  @Test(arguments: [[], ["--lava-quirks"]])
  func oneGroup(_ options: [String]) async throws {
    let etc = etc()
    let coordinator = coordinator(options)
    defer { coordinator.signal(SIGKILL) }
    let (server, client) = start(
      server: [
        "lava-test-case role --shell 'test $(lava-role) = server'", "lava-send lava_start",
        "lava-send address addr=192.0.2.7", "lava-sync ready", "lava-wait-all done client",
        "lava-test-case sum --shell 'grep 4243:sum=42 /tmp/lava_multi_node_cache.txt'",
      ],
      client: [
        "lava-wait address", "lava-test-case addr --shell 'grep 4242:addr=192.0.2.7 /tmp/lava_multi_node_cache.txt'",
        "lava-test-case group --shell 'lava-group | grep -w 4242 | grep -w server'",
        "lava-test-case self --shell 'test $(lava-self) = 4243'", "lava-sync ready", "lava-send done sum=42",
      ],
      etc: etc
    )
    #expect(try await server.ending().status == 0, "\(server.text(of: "logs.yaml"))")
    #expect(try await client.ending().status == 0, "\(client.text(of: "logs.yaml"))")
    #expect(
      try cases(server, "0_server") == [
        "role pass", "multinode-send-lava_start pass", "multinode-send-address pass", "multinode-sync-ready pass",
        "multinode-wait_all-done pass", "sum pass",
      ]
    )
    #expect(
      try cases(client, "0_client") == [
        "multinode-wait-address pass", "addr pass", "group pass", "self pass", "multinode-sync-ready pass",
        "multinode-send-done pass",
      ]
    )
    for run in [server, client] { #expect(try run.value(of: "result.yaml")["result"] == "pass") }
    let words = "lava-multinode protocol initialised - start is delayed by up to 60 seconds"
    #expect(try client.log.contains { $0["msg"]?.string == words })
    #expect(try !server.log.contains { $0["msg"]?.string == words })
  }

  /// A worker that cancels one job: the other one is not left waiting until its time is over.
  @Test func oneIsCanceled() async throws {
    let etc = etc()
    let coordinator = coordinator()
    defer { coordinator.signal(SIGKILL) }
    let (server, client) = start(
      server: ["lava-send lava_start", "lava-sync there", "printf 'now-%s\\n' hanging", "sleep 86400"],
      client: ["lava-sync there", "lava-wait never", "lava-test-case after --result pass"],
      etc: etc
    )
    try await server.waitFor("now-hanging")
    server.process.signal(SIGTERM)
    #expect(try await server.ending().status == 1)
    #expect(try server.value(of: "result.yaml")["error_type"] == "Canceled")
    // LAVA's rules: a call that is in vain ends its test, and the job goes on (spec signals §6).
    #expect(try await client.ending().status == 0)
    #expect(try cases(client, "0_client") == ["multinode-sync-there pass", "multinode-wait-never fail"])
    let log = try client.log.compactMap { $0["msg"]?.string }
    #expect(log.contains { $0.contains("4242 (server), which has ended: The job was canceled") })
  }

  /// A worker that knows no coordinator (spec multinode §3).
  @Test(arguments: [
    (nil, "Infrastructure", "Missing coordinator configuration"),
    ("port: 3079", "Configuration", "Invalid JSON settings for lava-multinode"),
  ])
  func noCoordinator(_ configuration: String?, _ type: String, _ message: String) async throws {
    let job = LavaRunJob(.text(Self.job("server", 0, ["true"])), id: "4242", etc: etc(configuration))
    #expect(try await job.ending().status == 1)
    let result = try job.value(of: "result.yaml")
    #expect(result["error_type"]?.string == type)
    #expect(result["error_msg"]?.string?.hasPrefix(message) == true)
  }
}
