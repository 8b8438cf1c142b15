// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Files
import Glibc
package import JobModel
import Overlay
import YAMLDocument

/// Looks whether this host has what a device needs. It starts nothing, writes nothing, and says nothing to the board.
package struct HostDoctor: Sendable {
  private let device: Device
  private let share: String?
  private let opensConsole: Bool

  /// - Parameters:
  ///   - share: `$PUMICE_SHARE`, if it is set.
  ///   - opensConsole: whether a console that is an address is opened and closed again. A console server may throw out
  ///     whoever uses it.
  package init(_ device: Device, share: String?, opensConsole: Bool = false) {
    self.device = device
    self.share = share
    self.opensConsole = opensConsole
  }

  /// Everything that was looked at, in the order of a job: helpers, network, deploy, boot, console, power.
  package func examine() async -> [HostFinding] {
    var findings = [helpers(), program("git", for: "definitions", isNeeded: false), address()]
    if has(deploy: "tftp") || has(deploy: "nbd") { findings.append(tftp()) }
    if has(deploy: "nbd") { findings.append(program(NBDServer.programName, for: "nbd")) }
    if needsNFS { findings += nfs() }
    if has(deploy: "docker") { findings.append(containers()) }
    if has(deploy: "image") { findings.append(program("mke2fs", for: "deploy to images")) }
    for method in ["qemu", "qemu-nfs"] where device.bootMethod(method) != nil { findings += emulator(method) }
    findings += await consoles()
    findings += power()
    return findings
  }

  private func has(deploy method: String) -> Bool { device.deployMethod(method) != nil }

  /// A deploy method of its own, or a boot loader's list of commands for it.
  private var needsNFS: Bool {
    if has(deploy: "nfs") { return true }
    return (device.bootMethods.mapping ?? []).contains { $0.value["nfs"] != nil }
  }

  // MARK: What every device needs

  private func helpers() -> HostFinding {
    do throws(Failure) {
      let names = try HelperStore.find(share: share).architectures.map(\.rawValue).sorted()
      guard let own = device.architecture, !names.contains(own) else {
        return HostFinding(.ok, "helpers", "for \(names.joined(separator: ", "))")
      }
      return HostFinding(
        .missing,
        "helpers",
        "there are none for \(own), only for \(names.joined(separator: ", "))",
        advice: "Build them (Scripts/build-helpers), or correct 'architecture' in the device file."
      )
    } catch {
      return HostFinding(.missing, "helpers", error.message, advice: error.advice)
    }
  }

  private func address() -> HostFinding {
    let topic = "network"
    guard let stated = device.dispatcherIP else {
      do throws(Failure) {
        let found = try HostAddresses.ofDefaultRoute()
        let advice = "Set 'dispatcher_ip' in the device file to an address of this host that the board can reach."
        return found.map {
          HostFinding(.ok, topic, "boards reach this host at \($0), the address of its default route")
        }
          ?? HostFinding(.warning, topic, "this host has no default route: boards are told 127.0.0.1", advice: advice)
      } catch {
        return HostFinding(.warning, topic, error.message, advice: error.advice)
      }
    }
    guard stated.hasPrefix("127.") || HostAddresses.all().contains(stated) else {
      return HostFinding(
        .missing,
        topic,
        "'dispatcher_ip' is \(stated), which is no address of this host",
        advice:
          "Correct it in the device file, or give an interface that address; labs made by Scripts/lab have theirs."
      )
    }
    return HostFinding(.ok, topic, "boards reach this host at \(stated)")
  }

  /// A program that is looked for in `PATH`, or by its path.
  func program(_ name: String, for topic: String, isNeeded: Bool = true) -> HostFinding {
    if let path = Programs.find(name) { return HostFinding(.ok, topic, "\(name) is \(path)") }
    let status: HostFinding.Status = isNeeded ? .missing : .warning
    guard !name.contains("/") else {
      return HostFinding(
        status,
        topic,
        "there is no program \(name) that may be run",
        advice: "Correct the path in the device file, or make the file executable."
      )
    }
    let packages = DebianPackages.of(name)
    let advice = packages.isEmpty ? "Install it, or add its folder to PATH." : nil
    return HostFinding(status, topic, "the program '\(name)' is not installed", advice: advice, packages: packages)
  }

  // MARK: Services

  private func tftp() -> HostFinding {
    let port = TFTPServer.wellKnownPort
    let address = device.dispatcherIP ?? "0.0.0.0"
    switch HostPort(.udp, address: address, port: UInt16(port)).error {
    case 0: return HostFinding(.ok, "tftp", "port \(port) can be had")
    case EACCES:
      return HostFinding(
        .missing,
        "tftp",
        "this user may not have port \(port), where boot loaders ask",
        advice: "sudo sysctl net.ipv4.ip_unprivileged_port_start=\(port), or run Pumice as root."
      )
    case EADDRINUSE:
      return HostFinding(
        .missing,
        "tftp",
        "another program has port \(port)",
        advice: "'sudo ss -lunp sport = :\(port)' names it; stop it (for example: sudo systemctl stop tftpd-hpa)."
      )
    case let error:
      return HostFinding(.missing, "tftp", "port \(port) on \(address): \(String(cString: strerror(error)))")
    }
  }

  private func nfs() -> [HostFinding] {
    var findings = ["ganesha.nfsd", "rpcbind"].map { name in
      // Programs for root are often in no user's PATH.
      program(Programs.find("/usr/sbin/\(name)") ?? name, for: "nfs")
    }
    if geteuid() != 0 {
      findings.append(
        HostFinding(
          .missing,
          "nfs",
          "nfs-ganesha needs root, to open files by handle and to keep their owners",
          advice: "Run Pumice as root for jobs whose root file system is on NFS."
        )
      )
    }
    return findings
  }

  private func containers() -> HostFinding {
    if let own = device.containerProgram { return program(own, for: "containers") }
    guard let found = ["docker", "podman"].first(where: { Programs.find($0) != nil }) else {
      return HostFinding(.missing, "containers", "neither docker nor podman is installed", packages: ["podman"])
    }
    return program(found, for: "containers")
  }

  private func emulator(_ method: String) -> [HostFinding] {
    guard let command = device.bootMethod(method)?["parameters"]?["command"]?.string else { return [] }
    let found = program(command, for: method)
    guard found.status == .ok else { return [found] }
    guard access("/dev/kvm", R_OK | W_OK) == 0 else {
      let advice = errno == EACCES ? "sudo usermod -aG kvm $USER, and log in again." : nil
      let message = errno == EACCES ? "this user may not use /dev/kvm" : "there is no /dev/kvm"
      return [found, HostFinding(.warning, method, "\(message): machines are emulated, which is slow", advice: advice)]
    }
    return [found]
  }

  // MARK: Console and power

  private func consoles() async -> [HostFinding] {
    let others = device.commands.connections.map { ("console \($0.name)", $0.connect) }
    let primary = device.commands.connect.map { [("console", $0)] } ?? []
    var findings: [HostFinding] = []
    for (topic, command) in others.isEmpty ? primary : others {
      do throws(Failure) {
        switch try ConsoleLink(words: try device.words(of: command)) {
        case .program(let command): findings.append(program(command.arguments.first ?? "", for: topic))
        case .line(let address): findings.append(await line(address, topic))
        // No command line of a device becomes that.
        case .ssh: break
        }
      } catch {
        findings.append(HostFinding(.missing, topic, error.message, advice: error.advice))
      }
    }
    return findings
  }

  private func line(_ address: LineAddress, _ topic: String) async -> HostFinding {
    if case .serial(let path, _) = address, access(path, R_OK | W_OK) != 0 {
      let advice = errno == EACCES ? "sudo usermod -aG dialout $USER, and log in again." : "Plug the adapter in."
      return HostFinding(.missing, topic, "\(path): \(String(cString: strerror(errno)))", advice: advice)
    }
    guard opensConsole else {
      return HostFinding(.ok, topic, "\(address), spoken by Pumice itself; --connect tries whether it can be opened")
    }
    do throws(Failure) {
      let console = try await Console.open(address)
      await console.close()
      return HostFinding(.ok, topic, "\(address) can be opened")
    } catch {
      return HostFinding(.missing, topic, error.message, advice: error.advice)
    }
  }

  private func power() -> [HostFinding] {
    let commands = device.commands
    let named = [
      ("hard_reset", commands.hardReset), ("power_on", commands.powerOn), ("power_off", commands.powerOff),
      ("pre_power_command", commands.prePower), ("pre_os_command", commands.preOs),
    ]
    var findings: [HostFinding] = []
    for (name, lines) in named {
      for line in lines {
        do throws(Failure) {
          findings.append(program(try device.words(of: line).first ?? "", for: name))
        } catch {
          findings.append(HostFinding(.missing, name, error.message, advice: error.advice))
        }
      }
    }
    var said: Set<HostFinding> = []
    return findings.filter { said.insert($0).inserted }
  }
}
