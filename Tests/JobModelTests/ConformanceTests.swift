// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Glibc
import HostTools
import JobModel
import Testing
import YAMLDocument

/// Sample jobs and rendered devices of LAVA (`../shared/conformance/README.md`).
@Suite(.enabled(if: Conformance.isPresent, "../shared/conformance is not there"))
struct ConformanceTests {
  /// LAVA's verdict: strictly, where unknown keys are errors, and as its server submits.
  @Test(arguments: Conformance.verdicts)
  func theVerdictIsLAVAs(_ verdict: Conformance.Verdict) throws {
    let bytes = try #require(Conformance.read("jobs/\(verdict.file)"))
    let document = try YAMLDocument(parsing: bytes, file: verdict.file)
    for (isStrict, expected) in [(false, verdict.lax), (true, verdict.strict)] {
      let reading = Reading(document, isStrict: isStrict)
      let job = Job(reading)
      let errors = reading.diagnostics.items.filter { $0.severity == .error }
      #expect((job == nil) == !errors.isEmpty)
      #expect(errors.isEmpty == (expected == "ok"), "strict \(isStrict): \(reading.findings)")
      if verdict.strict == "ok" { #expect(reading.findings.filter { $0.contains("unknown-key") } == []) }
    }
  }

  @Test func thereAre40Jobs() { #expect(Conformance.verdicts.count == 40) }

  /// Jobs that use nothing but what is covered.
  @Test func coveredJobsRead() throws {
    let covered = [
      "inline-test-definition-example", "qemu-aarch64", "qemu-amd64-standard-stretch", "qemu-cubieboard",
      "qemu-kernel-standard-sid", "qemu-kmsg-events", "qemu-notify", "qemu-pipeline-first-job", "qemu-ppc-bamboo",
      "qemu-stretch-params", "qemu-test-events", "qemu-vexpress-a9",
    ]
    for name in covered {
      let bytes = try #require(Conformance.read("jobs/test-jobs_\(name).yaml"))
      let reading = Reading(try YAMLDocument(parsing: bytes, file: name), isStrict: true)
      #expect(Job(reading) != nil, "\(name): \(reading.findings)")
    }
  }

  @Test(arguments: [
    "b2260-bootloader", "bbb-ssh-guest", "cubietruck-removable", "docker-interactive", "grub", "hikey-console", "ipxe",
    "kexec", "kvm", "kvm-overlays", "mustang-grub-efi-nfs", "qemu-nfs", "ssh-deploy", "uboot", "uboot-ramdisk",
    "up2-tests-from-tar",
  ])
  func aDeviceReadsEvenStrictly(name: String) throws {
    let bytes = try #require(Conformance.read("plan/\(name)/device.yaml"))
    let reading = Reading(try YAMLDocument(parsing: bytes, file: name), isStrict: true)
    #expect(Device(reading) != nil)
    // One of them gives a key twice.
    #expect(reading.findings.filter { !$0.contains("duplicate-key") } == [])
  }

  @Test func theValuesOfTheKVMDevice() throws {
    let bytes = try #require(Conformance.read("plan/kvm/device.yaml"))
    let device = try #require(Device(Reading(try YAMLDocument(parsing: bytes, file: "kvm"))))
    #expect(device.hostname == "")
    #expect(device.availableArchitectures.count == 34)
    #expect(device.constant("posix", "lava_test_results_dir") == "/lava-%s")
    #expect(device.constant("failure_retry") == 1)
    #expect(device.constant("boot_retry") == .null)
    #expect(device.deployMethod("image")?["parameters"]?["guest"]?["size"] == 512)
    #expect(device.bootMethod("minimal") == [:])
    #expect(device.bootMethod("u-boot") == nil)
    #expect(device.timeouts.actions["download-retry"]?.duration == .seconds(900))
    #expect(device.timeouts.connections["auto-login-action"]?.duration == .seconds(120))
  }
}

enum Conformance {
  struct Verdict: Sendable, CustomTestStringConvertible {
    var file: String
    var strict: String
    var lax: String

    var testDescription: String { file }
  }

  private static let folder = "\(SourceTree.root)/../shared/conformance/"

  static let isPresent = access(folder, R_OK) == 0

  /// The rows of `verdicts.tsv`.
  static let verdicts: [Verdict] = {
    let table = String(decoding: read("jobs/verdicts.tsv") ?? [], as: UTF8.self)
    return table.split(separator: "\n").dropFirst().map { row in
      let fields = row.split(separator: "\t").map(String.init)
      return Verdict(file: fields[0], strict: fields[1], lax: fields[2])
    }
  }()

  /// The bytes of a file, by its path in the folder; none of them is empty.
  static func read(_ path: String) -> [UInt8]? {
    let bytes = bytes(of: folder + path)
    return bytes.isEmpty ? nil : bytes
  }
}
