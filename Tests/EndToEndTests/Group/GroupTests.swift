// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Groups of namespace boards in one program (spec multinode).
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct GroupTests {
    @Test func theExample() async throws {
      let run = GroupTrial(path: Checkout.example("group"))
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)\(ending.outputText)")
      let server = [
        "0_serve/role pass", "0_serve/multinode-send-address pass", "0_serve/multinode-send-lava_start pass",
        "0_serve/multinode-sync-clients pass", "0_serve/multinode-wait_all-done pass", "0_serve/clients pass",
      ]
      #expect(try run.tests(of: 1) == server)
      let client = [
        "0_use/multinode-wait-address pass", "0_use/address pass", "0_use/group pass", "0_use/self pass",
        "0_use/multinode-sync-clients pass", "0_use/multinode-send-done pass",
      ]
      for id in [2, 3] { #expect(try run.tests(of: id) == client) }
      #expect(try run.nodes.map(\.text) == ["1 server pass", "2 client pass", "3 client pass"])
      // One log of all.
      let lines = run.text(of: "events.jsonl").split(separator: "\n")
      for id in 1...3 { #expect(lines.contains { $0.hasPrefix("{\"node\":\"\(id)\",\"role\":") }) }
      // Each node's console holds the results of its tests and calls.
      for (id, role) in [(1, "server"), (2, "client"), (3, "client")] {
        let replay = try await Self.replay(run, id, Checkout.example("group"), role)
        #expect(replay.status == 0, "\(replay.errorText)")
        let document = try ResultFiles.json(replay.output)
        let found = try ResultFiles.json(bytes(of: run.file("\(id)/results.json")))
        #expect(Replayed.all(in: document) == Replayed.tests(in: found))
        #expect(document["job"]?["id"]?.string == "\(id)")
      }
    }

    private static func replay(
      _ run: GroupTrial,
      _ id: Int,
      _ job: String,
      _ role: String
    ) async throws -> HostProcess.Ending {
      try await pumice("replay", run.file("\(id)/console.log"), "--job", job, "--role", role, "--format", "json")
    }

    /// The console of a group's node is read as one of its role.
    @Test(arguments: [([], "no-role"), (["--role", "sevrer"], "unknown-role")])
    func aReplayWithoutItsRole(_ options: [String], _ code: String) async throws {
      let command = [Checkout.program, "replay", "/dev/null", "--job", Checkout.example("group")]
      let ending = try #require(await HostProcess(command + options).ending(limit: PumiceRun.limit))
      #expect(ending.status == 2)
      #expect(ending.errorText.contains("server"), "\(ending.errorText)")
      #expect(ending.errorText.contains(code == "no-role" ? "--role server, or --role client" : "did you mean"))
    }

    /// `lava-send`, `lava-wait`, `lava-sync` and `lava-start` by actions.
    @Test func callsOfActions() async throws {
      let job = GroupTrial.job(
        roles: [
          "server: {device_type: n, count: 1}",
          "client: {device_type: n, count: 1, request: lava-start, expect_role: server}",
        ],
        [("server", ["lava-test-case up --result pass"]), ("client", ["lava-test-case up --result pass"])],
        test: [
          "server": """
          protocols:
            lava-multinode:
            - {action: multinode-test, request: lava-send, messageID: ip, message: {addr: 192.0.2.7}}
            - {action: multinode-test, request: lava-start, roles: [client]}
          """,
          "client": """
          protocols:
            lava-multinode:
            - {action: multinode-test, request: lava-wait, messageID: ip, message: {addr: $addr}}
          """,
        ]
      )
      let run = GroupTrial(job)
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let log = run.text(of: "2/logs.yaml")
      #expect(log.contains("start is delayed by up to 60 seconds"))
      #expect(log.contains("Making protocol call for multinode-test using lava-multinode"))
      #expect(log.contains("Setting namespace data key ip to {'addr': '192.0.2.7'}"))
    }

    /// What a group ends of, which nobody can see before it runs: the calls are made by a variable's name.
    @Test(arguments: [
      // Two that wait for each other.
      ("server", ["c=sync; lava-$c a"], ["c=sync; lava-$c b"], "lava-sync 'b' will never be over"),
      // A message that nobody sends.
      ("server", ["c=wait; lava-$c a"], ["true"], "lava-wait 'a' will never be over"),
      // One has ended without having come.
      ("server", ["c=sync; lava-$c a"], ["lava-test-case x --result pass"], "which has ended"),
      // One dies while the other waits.
      ("server", ["c=sync; lava-$c a"], ["kill -9 -1"], "which has ended"),
      // One waits for its own message.
      ("server", ["c=wait-all; lava-$c a"], ["lava-send a; c=sync; lava-$c end"], "itself, which has not sent it"),
    ])
    func waitsThatNobodyEnds(_ role: String, server: [String], client: [String], says: String) async throws {
      let job = GroupTrial.job(
        roles: ["server: {device_type: n, count: 1}", "client: {device_type: n, count: 1}"],
        [("server", server), ("client", client)]
      )
      let run = GroupTrial(job)
      let ending = try await run.ending()
      #expect(ending.status == 4 || ending.status == 3, "\(ending.errorText)")
      #expect(ending.outputText.contains(says), "\(ending.outputText)")
      // The limit of a call is a minute: nobody has waited for it.
      #expect(try run.seconds < 45)
      // The console shows which call had no answer, and not why.
      let replay = try await Self.replay(run, 1, run.jobFile, "server")
      let document = try ResultFiles.json(replay.output)
      let results = Replayed.all(in: document).map(ResultRow.init)
      #expect(results == Replayed.tests(in: try run.document("1/results.yaml")).map(ResultRow.init))
      #expect(document["job"]?["error_type"] == "MultinodeTimeout")
    }

    @Test func theEndOfAnEssentialNode() async throws {
      let job = GroupTrial.job(
        roles: ["server: {device_type: n, count: 1, essential: true}", "client: {device_type: n, count: 1}"],
        [("server", ["lava-test-raise broken"]), ("client", ["sleep 600"])]
      )
      let run = GroupTrial(job)
      let ending = try await run.ending()
      #expect(ending.status == 1)
      #expect(ending.outputText.contains("not all tests passed"))
      #expect(try run.nodes.last?.message == "The essential node 1 (server) did not come to its end")
    }
  }
}
