// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Foundation
import HostTools
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// The jobs and snippets of the documents that Pumice was asked to follow, one a file in `Seeds/`, completed where the
/// text cuts them: they are valid, what is old in them is noted, and they are planned.
@Suite struct SeedTests {
  struct Seed: Sendable, CustomTestStringConvertible {
    /// In `Seeds/`, without `.yaml`.
    var file: String
    /// The role whose node is planned, where the job is a group's.
    var role: String?
    /// In `Seeds/devices/`.
    var device: String
    /// Line and code of what is noted or warned of.
    var findings: [String]
    /// The top of the tree without `finalize`, which every job ends with.
    var blocks: [String]

    init(_ file: String, role: String? = nil, on device: String = "kvm", _ findings: [String] = [], _ blocks: String...)
    {
      self.file = file
      self.role = role
      self.device = device
      self.findings = findings
      self.blocks = blocks
    }

    var testDescription: String { role.map { "\(file), \($0)" } ?? file }
  }

  private static let folder = URL(filePath: "\(SourceTree.root)/Tests/DispatcherTests/Seeds")

  /// A job of LAVA V1, whose language is another.
  private static let ofV1 = "002-vm-group"

  private static let qemu = "boot-image-retry"
  private static let test = "lava-test-retry"

  // Names of actions: spec jobs §5, §6, §8 and appendix A; multinode §7.
  private static let groups: [Seed] = [
    Seed("001-receiving-action", on: "mustang", [], "scp-overlay"),
    Seed("001-boot-guest", on: "mustang", ["11 old-key"], "scp-overlay", "login-ssh"),
    Seed(
      "001-mustang",
      role: "host",
      on: "mustang",
      ["57 old-key", "89 old-key", "116 duplicate-key"],
      "tftp-deploy",
      "grub-main-action",
      "multinode-test"
    ),
    Seed(
      "001-mustang",
      role: "guest",
      on: "mustang",
      ["57 old-key", "89 old-key", "116 duplicate-key"],
      "scp-overlay",
      "login-ssh",
      "multinode-test"
    ),
    Seed("003-roles", role: "host", on: bbb, [], "tftp-deploy", "uboot-action", "multinode-test"),
    Seed("003-roles", role: "guest", on: bbb, [], "scp-overlay", "login-ssh"),
    Seed("003-deploy-guest", on: bbb, ["10 old-key", "19 misplaced-timeout"], "scp-overlay"),
    Seed("003-boot-guest", on: bbb, ["11 old-key"], "scp-overlay", "login-ssh"),
    Seed("003-test-host", on: bbb, ["9 old-key"], "tftp-deploy", "uboot-action", "multinode-test"),
    Seed("003-test-guest", on: bbb, ["9 old-key"], "scp-overlay", "login-ssh", "multinode-test"),
    Seed("003-bbb", role: "host", on: bbb, bbbFindings, "tftp-deploy", "uboot-action", "multinode-test"),
    Seed("003-bbb", role: "guest", on: bbb, bbbFindings, "scp-overlay", "login-ssh", "multinode-test"),
    Seed("004-call-sync", ["13 call-not-in-a-list"], "deployimages"),
    Seed("004-call-wait", ["14 call-not-in-a-list"], "deployimages", qemu),
    Seed("004-delayed-start", [], "deployimages"),
    Seed("004-send-start", [], "deployimages", qemu, "multinode-test"),
    Seed("004-call-scp", on: bbb, [], "scp-overlay"),
    Seed("004-call-start", ["14 start-call"], "deployimages", qemu, "multinode-test"),
    Seed("004-inline-calls", [], "deployimages", qemu, "multinode-test"),
  ]

  private static let bbb = "beaglebone-black"
  private static let bbbFindings = ["67 old-key", "89 old-key", "111 old-key", "147 old-key"]
  private static let fiveOldKeys = (11...15).map { "\($0) old-key" }

  private static let single: [Seed] = [
    Seed("004-tmpfs", [], "deployimages"),
    Seed("004-tftp", on: bbb, ["18 old-key"], "tftp-deploy"),
    Seed("004-allow-modify", on: bbb, ["10 old-key"], "tftp-deploy"),
    Seed("004-nfsrootfs", on: bbb, [], "tftp-deploy"),
    Seed("004-nfs-url", on: bbb, ["8 old-key"], "tftp-deploy"),
    Seed("004-usb", on: bbb, fiveOldKeys, "storage-deploy"),
    Seed("004-sata", on: bbb, fiveOldKeys, "storage-deploy"),
    Seed("004-deploy-kvm", ["10 old-key"], "deployimages"),
    Seed("004-deploy-nfs", on: bbb, [], "tftp-deploy"),
    Seed("004-deploy-ramdisk", on: bbb, ["7 old-timeout", "15 old-key"], "tftp-deploy"),
    Seed("004-deploy-retry", [], "deployimages"),
    Seed("004-boot-prompts", ["10 prompt-is-a-word"], "deployimages", qemu),
    Seed("004-boot-qemu", [], "deployimages", qemu),
    Seed("004-boot-u-boot", on: bbb, ["9 old-key", "11 prompt-is-a-word"], "tftp-deploy", "uboot-action"),
    Seed("004-boot-media", ["12 prompt-is-a-word"], "deployimages", qemu),
    Seed("004-params", [], "deployimages", qemu, test),
    Seed("004-two-definitions", [], "deployimages", qemu, test),
    Seed("004-from", [], "deployimages", qemu, test),
    Seed("004-test", ["10 old-key"], "deployimages", qemu, test),
    Seed("004-testset", [], "deployimages", qemu, test),
    Seed("004-skip-install", ["10 old-key"], "deployimages", qemu, test),
    Seed("004-skip-install-all", ["10 old-key"], "deployimages", qemu, test),
    Seed("004-inline", ["10 old-key"], "deployimages", qemu, test),
    Seed("004-kvm", ["9 old-key", "17 old-key", "25 prompt-is-a-word", "29 old-key"], "deployimages", qemu, test),
    Seed("004-repeat-boot", ["15 prompt-is-a-word"], "deployimages", qemu, test),
    Seed(
      "004-repeat-block",
      ["10 old-key", "13 repeat-block", "20 prompt-is-a-word", "24 old-key"],
      "deployimages",
      qemu,
      test,
      qemu,
      test,
      qemu,
      test,
      qemu,
      test,
      qemu,
      test,
      qemu,
      test
    ),
    Seed("004-timeout-job", [], "deployimages"),
    Seed("004-timeout-action", on: bbb, [], "tftp-deploy"),
    Seed("004-timeout-connection", on: bbb, [], "tftp-deploy", "uboot-action"),
  ]

  /// Where an action is named that LAVA no longer has: `umount-retry`, `uboot-retry`.
  private static let oldActionNames = ["004-call-sync": 13, "004-timeout-connection": 8]

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: "\(name).yaml"), encoding: .utf8)
  }

  private func device(_ name: String) throws -> Device { try Sample.device(text("devices/\(name)")) }

  @Test(arguments: groups + single) func isValidAndPlanned(_ seed: Seed) throws {
    let reading = try Sample.reading(text(seed.file))
    let whole = try #require(Job(reading), "\(reading.diagnostics)")
    reading.checkDefinitions()
    // What this version cannot do yet is no matter of the language.
    let found = reading.diagnostics.sorted().items.filter { $0.code != "checksum-not-checked" }
    #expect(found.map { "\($0.place?.line ?? 0) \($0.code)" } == seed.findings)
    #expect(found.allSatisfy { $0.severity == .note ? $0.advice != nil : $0.severity == .warning })
    #expect(whole.roles.isEmpty == (seed.role == nil))
    let job = try #require(seed.role.map { whole.node(of: $0) } ?? whole)
    let device = try device(seed.device)
    let findings = job.findings(on: device).items
    #expect(findings.filter { $0.severity == .error } == [])
    let unnamed = findings.filter { $0.code == "unknown-action-name" }.compactMap(\.place?.line)
    #expect(unnamed == Self.oldActionNames[seed.file].map { [$0] } ?? [])
    let plan = try Sample.context(job, device).plan()
    #expect(plan.blocks.map(\.root.name) == seed.blocks + ["finalize"])
  }

  @Test func everyFileIsLookedAt() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }
    #expect(Set(files) == Set((Self.groups + Self.single).map(\.file) + [Self.ofV1]))
    for file in files { #expect(try text(file).hasPrefix("# Document \(file.prefix(3)), ")) }
  }

  /// One sentence, instead of one for each of its keys.
  @Test func aJobOfV1IsToldAsSuch() throws {
    let reading = try Sample.reading(text(Self.ofV1))
    #expect(Job(reading) == nil)
    #expect(reading.diagnostics.items.map(\.code) == ["wrong-file"])
    #expect(reading.diagnostics.items.first?.message == "this is a V1 job, which is another language")
    #expect(reading.diagnostics.items.first?.advice == "'pumice convert' shows what it becomes.")
  }

  private func plan(_ name: String, on device: String) throws -> Plan {
    try Sample.context(Sample.job(text(name)), self.device(device)).plan()
  }

  /// "[deploy], [boot, boot, boot], [test]"
  @Test func aBootIsRepeated() throws {
    let retries = try plan("004-repeat-boot", on: "kvm").blocks.map { ($0.block.repeatCount, $0.root.maxRetries) }
    #expect(retries.map(\.0) == [nil, 3, nil, nil])
    #expect(retries.map(\.1) == [1, 3, 1, 1])
  }

  /// "extract-nfsrootfs: seconds: 60" where all others have 45.
  @Test func oneActionHasItsOwnTimeout() throws {
    let plan = try plan("004-timeout-action", on: Self.bbb)
    let own = plan.actions.filter { $0.name == "extract-nfsrootfs" }
    #expect(own.map(\.timeout) == [.seconds(60)])
    let others = plan.actions.filter { $0.name != "extract-nfsrootfs" }
    #expect(others.count > 5 && others.allSatisfy { $0.timeout == .seconds(45) })
  }

  /// A "2m" of two minutes reaches every action of the block.
  @Test func aTimeoutThatIsAText() throws {
    let deploy = try #require(try plan("004-deploy-ramdisk", on: Self.bbb).blocks.first)
    #expect(deploy.root.flattened.allSatisfy { $0.timeout == .seconds(120) })
  }
}
