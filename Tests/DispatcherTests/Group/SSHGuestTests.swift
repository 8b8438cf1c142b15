// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Events
import HostTools
import JobModel
import Overlay
import Pipeline
import SecureShell
import Testing

@testable import Dispatcher

/// The parts of an ssh guest and of its host that need no board.
@Suite struct SSHGuestTests {
  private static let guest = """
    job_name: guest
    timeouts: {job: {minutes: 5}}
    protocols: {lava-multinode: {target_group: the-group, role: guest, group_size: 2}}
    actions:
    - deploy:
        to: ssh
        protocols:
          lava-multinode:
          - {action: prepare-scp-overlay, request: lava-wait, messageID: ipv4, message: {ipaddr: $ipaddr}}
    - boot:
        method: ssh
        parameters: {hostID: ipv4, host_key: KEY}
        prompts: ['# ']

    """

  private static func device(_ method: String) throws -> Device {
    try Sample.device("commands: {}\nactions: {deploy: {methods: {ssh: \(method)}}, boot: {methods: {ssh: }}}\n")
  }

  private static func context(
    _ text: String,
    _ method: String = "{}",
    received: [(key: String, value: String)]? = nil
  ) throws -> JobContext {
    let context = JobContext(
      job: try Sample.job(text),
      device: try device(method),
      settings: RunSettings(jobID: "7", outputFolder: "/nowhere")
    )
    if let received { context.receive(received, as: "ipv4") }
    return context
  }

  /// Runs one of a job's actions by its name.
  private static func run(_ name: String, _ context: JobContext) async throws -> Failure? {
    func find(_ actions: [Action]) -> Action? {
      actions.lazy.compactMap { $0.name == name ? $0 : find($0.children) }.first
    }
    var action = try #require(find(try context.strategies().flatMap(\.strategy.actions)))
    action.children = []
    let block = Block(.deploy, action, timeout: .seconds(60))
    let plan = try Plan(blocks: [block], settings: TimeoutSettings(job: .seconds(60)))
    return await PipelineRunner(plan: plan, log: context.events).run().failure
  }

  @Test func theAddressOfTheMessage() async throws {
    let context = try Self.context(Self.guest, received: [("other", "x"), ("ipaddr", "192.0.2.3")])
    #expect(try await Self.run("prepare-scp-overlay", context) == nil)
    #expect(context.withState(of: "common") { $0.hostAddress } == "192.0.2.3")
  }

  @Test func theAddressOfTheDevice() async throws {
    let context = try Self.context(
      "job_name: alone\ntimeouts: {job: {minutes: 5}}\nactions:\n- deploy: {to: ssh}\n",
      "{host: far}"
    )
    #expect(try await Self.run("prepare-scp-overlay", context) == nil)
    #expect(context.withState(of: "common") { $0.hostAddress } == "far")
  }

  @Test func noAddress() async throws {
    let text = "job_name: alone\ntimeouts: {job: {minutes: 5}}\nactions:\n- deploy: {to: ssh}\n"
    #expect(try await Self.run("prepare-scp-overlay", try Self.context(text))?.code == "no-ssh-host")
    // Another key than the one that was asked for.
    let context = try Self.context(Self.guest, received: [("ip", "192.0.2.3")])
    let found = try #require(try await Self.run("prepare-scp-overlay", context))
    #expect(found.kind == .job)
    #expect(found.message == "Mismatched replacement key ipaddr and received data")
  }

  @Test(arguments: [("ipaddr", nil), ("ip", "Unable to retrieve ipv4 - missing ssh deploy?")])
  func theKeyThatTheBootNames(_ key: String, _ message: String?) async throws {
    let context = try Self.context(Self.guest.replacing("KEY", with: key), received: [("ipaddr", "192.0.2.3")])
    #expect(try await Self.run("prepare-ssh", context)?.message == message)
  }

  // MARK: The host

  private static let host = """
    job_name: host
    timeouts: {job: {minutes: 5}}
    PROTOCOLS
    actions:
    - deploy: {to: ssh, AUTHORIZE}

    """

  private func key() -> (folder: TemporaryFolder, path: String) {
    let folder = TemporaryFolder()
    let path = folder.file("lab")
    let made = HostTools.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path])
    #expect(made.status == 0)
    return (folder, path)
  }

  @Test(.enabled(if: isInstalled("ssh-keygen"), "there is no ssh-keygen")) func whoMayLogIn() async throws {
    let (folder, path) = key()
    let text = Self.host.replacing("AUTHORIZE", with: "authorize: ssh")
      .replacing("PROTOCOLS", with: "protocols: {lava-multinode: {target_group: who-may-log-in, role: host}}")
    let context = try Self.context(text, "{host: far, identity_file: \(path)}")
    #expect(try await Self.run("ssh-authorize", context) == nil)
    let authorization = try #require(context.withState(of: "common") { $0.authorization })
    #expect(authorization.overlayFiles.map(\.path) == ["lab.pub"])
    #expect(
      authorization.boardFiles.map { "\($0.path) \(String($0.mode, radix: 8))" } == [
        "root/.ssh/authorized_keys 600", "etc/ssh/ssh_host_ed25519_key 600", "etc/ssh/ssh_host_ed25519_key.pub 644",
        "etc/dropbear/dropbear_ed25519_host_key 600",
      ]
    )
    let line = String(decoding: bytes(of: folder.file("lab.pub")), as: UTF8.self)
    let expected = line.split(separator: " ").prefix(2).joined(separator: " ") + "\n"
    #expect(authorization.boardFiles[0].content == .bytes(Array(expected.utf8)))
    // The guests of the group know the board's key by now, and no others do.
    let ring = context.settings.keyRing
    #expect(ring.hostKeys(of: "who-may-log-in") == [authorization.hostKey?.publicKey].compactMap(\.self))
    #expect(ring.hostKeys(of: "another group") == [])
  }

  /// A board that nobody else asks for keeps its host key.
  @Test(.enabled(if: isInstalled("ssh-keygen"), "there is no ssh-keygen")) func aBoardWithoutGuests() async throws {
    let (folder, path) = key()
    let text = Self.host.replacing("AUTHORIZE", with: "authorize: ssh").replacing("PROTOCOLS", with: "")
    let context = try Self.context(text, "{host: far, identity_file: \(path)}")
    #expect(try await Self.run("ssh-authorize", context) == nil)
    let authorization = try #require(context.withState(of: "common") { $0.authorization })
    #expect(authorization.boardFiles.map(\.path) == ["root/.ssh/authorized_keys"])
    withExtendedLifetime(folder) {}
  }

  @Test func nobodyIsAuthorized() async throws {
    let text = Self.host.replacing("AUTHORIZE", with: "os: debian").replacing("PROTOCOLS", with: "")
    let context = try Self.context(text, "{host: far}")
    #expect(try await Self.run("ssh-authorize", context) == nil)
    #expect(context.withState(of: "common") { $0.authorization } == nil)
    let keyless = try Self.context(
      Self.host.replacing("AUTHORIZE", with: "authorize: ssh").replacing("PROTOCOLS", with: ""),
      "{host: far}"
    )
    #expect(try await Self.run("ssh-authorize", keyless)?.code == "no-identity-file")
  }
}
