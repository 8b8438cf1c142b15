// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Overlay
import Testing
import YAMLDocument

@Suite struct HelperTests {
  @Test(
    arguments: [
      ("amd64", Architecture.amd64), ("x86_64", .amd64), ("aarch64", .arm64), ("arm64", .arm64), ("arm", .armel),
      ("armhf", .armel), ("armel", .armel), ("armv7l", .armel), ("armv5tejl", .armel), ("armv8l", .armel),
      ("i386", .i386), ("i686", .i386), ("x86", .i386), ("riscv64", .riscv64), ("AArch64", .arm64),
      ("s390x", nil), ("armada", nil), ("", nil),
    ] as [(String, Architecture?)]
  )
  func namesOfArchitectures(name: String, expected: Architecture?) {
    #expect(Architecture(named: name) == expected)
  }

  /// The names here and those in the binary have to be the same list.
  @Test func everyHelperOfTheBinaryIsInstalled() throws {
    let root = SourceTree.root
    let source = String(
      decoding: bytes(of: root + "/overlay/helpers/Sources/LavaHelper/Helper.swift"),
      as: UTF8.self
    )
    let inBinary = source.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\"")
      return parts.count == 3 && parts[0].hasSuffix("Helper(name: ") ? String(parts[1]) : nil
    }
    #expect(inBinary.sorted() == (HelperNames.common + HelperNames.multinode).sorted())
  }

  @Test mutating func configurationFile() throws {
    var sample = Sample()
    sample.request.configuration.take(
      parameters: ["interfaces": ["target": ["mac": "52:54:00:12:34:56", "ip": "192.0.2.7"]]],
      staticInfo: [["probe_ip": "10.0.0.1"], ["probe_channel": "ch1", "probe_ip": "10.0.0.9"]],
      storageInfo: [["SATA": "/dev/disk/by-id/ata-X", "UMS": "a\tb\\c\nd"]]
    )
    sample.request.configuration.role = "server"
    sample.request.configuration.group = [.init("4242", "server"), .init("4243", "client")]
    sample.request.configuration.groupHostIP = "192.0.2.1"
    // docs/Signals.md, "What the host tells the helpers"; of static_info the first item with both keys counts.
    #expect(
      try sample.text("lava-4242/bin/.lava-helpers") == #"""
        results_dir	/lava-4242
        shell	/bin/sh
        job_id	4242
        target_mac	52:54:00:12:34:56
        target_ip	192.0.2.7
        probe_ip	10.0.0.9
        probe_channel	ch1
        storage	SATA	/dev/disk/by-id/ata-X
        storage	UMS	a\tb\\c\nd
        role	server
        group	4242	server
        group	4243	client
        vm_group_host_ip	192.0.2.1

        """#
    )
  }

  /// Spec test-shell §7, some of each kind of row.
  @Test func deploymentData() throws {
    #expect(DeploymentData.names.count == 13)
    let debian = try #require(DeploymentData(os: "debian"))
    #expect(debian.shell == "/bin/bash")
    #expect(debian.resultsDirectory == "/lava-%s")
    #expect(debian.constant("tar_flags") == "--warning no-timestamp")
    #expect(debian.hasHardLinks)
    let android = try #require(DeploymentData(os: "android"))
    #expect(android.constant("lava_test_results_dir") == "/data/local/tmp/lava-%s")
    #expect(android.shellFile == nil)
    #expect(!android.hasHardLinks)
    #expect(DeploymentData(os: "apertis")?.resultsDirectory == "/var/lib/lava-%s")
    #expect(DeploymentData(os: "debian_installer")?.distro == "debian")
    #expect(DeploymentData(os: "ubuntu")?.shell == "/bin/sh")
    #expect(DeploymentData(os: "oe")?.tarFlags == nil)
    #expect(DeploymentData(os: "plan9") == nil)
  }
}

@Suite struct HelperStoreTests {
  let sample = Sample()

  @Test func theShareFolderCounts() throws {
    let store = try HelperStore.find(share: sample.folder.path)
    #expect(store == sample.store)
    #expect(store.architectures == [.amd64])
  }

  @Test func aShareFolderWithoutHelpersIsRefused() {
    let failure = #expect(throws: Failure.self) { try HelperStore.find(share: sample.folder.file("scripts")) }
    #expect(failure?.kind == .configuration)
    #expect(failure?.code == "helpers-missing")
  }

  @Test func theInstalledFolderCounts() throws {
    _ = run(["mkdir", "-p", sample.folder.file("prefix/bin"), sample.folder.file("prefix/share")])
    _ = run(["ln", "-s", sample.folder.path, sample.folder.file("prefix/share/pumice")])
    let store = try HelperStore.find(share: nil, program: sample.folder.file("prefix/bin/pumice"))
    #expect(store.helpers == sample.folder.file("prefix/share/pumice/helpers"))
  }

  @Test func theCheckoutCounts() throws {
    _ = run(["mkdir", "-p", sample.folder.file("checkout/overlay/helpers")])
    _ = run(["ln", "-s", sample.store.scripts, sample.folder.file("checkout/overlay/scripts")])
    let program = sample.folder.file("checkout/.build/debug/pumice")
    let failure = #expect(throws: Failure.self) { try HelperStore.find(share: "", program: program) }
    #expect(failure?.advice == "Run Scripts/build-helpers in '\(sample.folder.file("checkout"))'.")
    _ = run(["ln", "-s", sample.store.helpers, sample.folder.file("checkout/overlay/helpers/out")])
    let store = try HelperStore.find(share: nil, program: program)
    #expect(store.helpers == sample.folder.file("checkout/overlay/helpers/out"))
  }

  @Test func nothingAnywhereSaysWhatToDo() {
    let failure = #expect(throws: Failure.self) { try HelperStore.find(share: nil, program: "/usr/bin/true") }
    #expect(failure?.kind == .configuration)
    #expect(failure?.advice?.contains("Scripts/build-helpers") == true)
  }
}
