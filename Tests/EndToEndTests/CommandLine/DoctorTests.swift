// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// `pumice doctor`: what this host has of what a device needs.
  @Suite struct DoctorTests {
    private static func device(_ folder: TemporaryFolder, _ text: String) -> String {
      folder.write(
        """
        extends: minimal
        hostname: patient
        devicetype: patient
        dispatcher_ip: 127.0.0.1
        \(text)

        """,
        to: "device.yaml"
      )
    }

    /// What is said of a device, by topic, and the status of the command.
    private static func examine(
      _ device: String,
      _ options: String...
    ) async throws -> (status: Int32, document: YAMLValue, findings: [String: [YAMLValue]]) {
      let ending = try await pumice(["doctor", "--device", device, "--format", "json"] + options)
      let document = try YAMLDocument(parsing: ending.output, file: "doctor.json").root.value
      let findings = try #require(document["findings"]?.sequence)
      return (ending.status, document, Dictionary(grouping: findings) { $0["topic"]?.string ?? "" })
    }

    @Test func aDeviceThatCanBeUsed() async throws {
      let ending = try await pumice("doctor", "--device", Checkout.device("namespace"))
      #expect(ending.status == 0, "\(ending.outputText)")
      let lines = ending.outputText.split(separator: "\n")
      #expect(lines.last == "The device can be used.")
      #expect(
        lines.contains { $0.hasPrefix("ok ") && $0.contains("\(Checkout.root)/Examples/devices/namespace-shell") }
      )
    }

    /// Everything is said at once, with one command that installs it.
    @Test func missingPrograms() async throws {
      let folder = TemporaryFolder()
      let device = Self.device(
        folder,
        """
        commands:
          connect: no-such-client board-7
          hard_reset: [sleep 1, /no/such/pdu reset]
          power_off: [uhubctl -a off]
        actions: {boot: {methods: {qemu: {parameters: {command: qemu-system-mipsel}}}}}
        """
      )
      let (status, document, findings) = try await Self.examine(device)
      #expect(status == 3)
      #expect(document["usable"] == .bool(false))
      #expect(findings["console"]?.first?["status"] == "missing")
      #expect(findings["hard_reset"]?.map { $0["status"] } == ["ok", "missing"])
      #expect(findings["network"]?.first?["status"] == "ok")
      // What is installed by chance is not missing.
      let programs = [("qemu", "qemu-system-mipsel", "qemu-system-mips"), ("power_off", "uhubctl", "uhubctl")]
      for (topic, program, package) in programs where !isInstalled(program) {
        #expect(findings[topic]?.first?["packages"] == .sequence([.string(package)]))
        #expect(document["install"]?.string?.contains(" \(package)") == true)
      }
    }

    @Test func anAddressThatIsNotThisHosts() async throws {
      let folder = TemporaryFolder()
      // TEST-NET-1 (RFC 5737): nobody has it.
      let text = "commands: {connect: sh}"
      let device = Self.device(folder, text)
      let changed = String(decoding: bytes(of: device), as: UTF8.self).replacing("127.0.0.1", with: "192.0.2.1")
      let (status, _, findings) = try await Self.examine(folder.write(changed, to: "elsewhere.yaml"))
      #expect(status == 3)
      #expect(findings["network"]?.first?["status"] == "missing")
    }

    /// The port that boot loaders ask at is taken, by the test itself where it may.
    @Test func tftpPortInUse() async throws {
      let folder = TemporaryFolder()
      let device = Self.device(folder, "commands: {connect: sh}\nactions: {deploy: {methods: {tftp: }}}")
      let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      defer { close(number) }
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_port = UInt16(69).bigEndian
      inet_pton(AF_INET, "127.0.0.1", &place.sin_addr)
      let isTaken = withUnsafePointer(to: &place) { place in
        place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 || errno == EADDRINUSE
        }
      }
      let (status, _, findings) = try await Self.examine(device)
      #expect(status == 3)
      let finding = try #require(findings["tftp"]?.first)
      #expect(finding["status"] == "missing")
      let words = isTaken ? "another program has port 69" : "this user may not have port 69"
      #expect(finding["message"]?.string?.hasPrefix(words) == true)
    }

    @Test func aServerOfBlockDevices() async throws {
      let folder = TemporaryFolder()
      let device = Self.device(folder, "commands: {connect: sh}\nactions: {deploy: {methods: {nbd: }}}")
      let (_, _, findings) = try await Self.examine(device)
      let finding = try #require(findings["nbd"]?.first)
      let isThere = isInstalled("nbdkit")
      #expect(finding["status"] == (isThere ? "ok" : "missing"))
      #expect(finding["packages"] == (isThere ? nil : ["nbdkit"]))
      // What a boot loader fetches comes by TFTP.
      #expect(findings["tftp"] != nil)
    }

    /// A console is only opened where that is asked for.
    @Test func consoleThatDoesNotAnswer() async throws {
      let folder = TemporaryFolder()
      let device = Self.device(folder, "commands: {connect: 'telnet://127.0.0.1:1'}")
      let quiet = try await Self.examine(device)
      #expect(quiet.status == 0)
      let tried = try await Self.examine(device, "--connect")
      #expect(tried.status == 3)
      #expect(tried.findings["console"]?.first?["status"] == "missing")
    }

    @Test func serialPortThatIsNotThere() async throws {
      let folder = TemporaryFolder()
      let device = Self.device(folder, "commands: {connect: 'serial:///dev/no-such-port'}")
      let (status, _, findings) = try await Self.examine(device)
      #expect(status == 3)
      #expect(findings["console"]?.first?["message"]?.string?.hasPrefix("/dev/no-such-port: ") == true)
    }

    @Test func aDeviceThatIsNotValid() async throws {
      let folder = TemporaryFolder()
      let ending = try await pumice("doctor", "--device", folder.write("hostname: [1\n", to: "device.yaml"))
      #expect(ending.status == 2)
      #expect(ending.output == [])
    }
  }
}
