// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Dispatcher
import JobModel

/// A node of a group with its device.
struct GroupSeat {
  let node: NodeJob
  let device: Device
  let path: String
}

extension Inputs {
  /// Gives the nodes of the group's job their devices. What is wrong goes to `diagnostics`.
  ///
  /// - Parameters:
  ///   - arguments: devices with their roles; the n-th of a role is its n-th node's, a single one that of all of them. One
  ///     without a role is for the roles that none is given for.
  ///   - local: the device where none is given at all.
  ///   - firstID: of the first node.
  ///   - isWhole: whether all nodes run here; else those of roles without a device run elsewhere.
  mutating func seats(
    _ arguments: [DeviceArgument],
    local: () throws(Failure) -> String,
    firstID: Int,
    group: String,
    isWhole: Bool
  ) throws(Failure) -> [GroupSeat] {
    guard let job else { return [] }
    for argument in arguments {
      if let role = argument.role, !job.roles.contains(role) { add(DiagnosticList([unknown(role, in: job)])) }
    }
    let nodes = job.nodes(firstID: firstID, group: group)
    var seats: [GroupSeat] = []
    var used: [String: Int] = [:]
    for node in nodes {
      if !isWhole, !arguments.contains(where: { $0.role == nil || $0.role == node.role || $0.role == node.hostRole }) {
        continue
      }
      guard let path = try path(of: node, arguments, local) else { continue }
      guard let device = readDevice(path) else { continue }
      let own = node.hostRole == nil ? device : device.ofItsGuest
      seats.append(GroupSeat(node: node, device: own, path: path))
      if node.copy == 0 { add(node.job.findings(on: device)) }
      guard node.hostRole == nil else { continue }
      used[path, default: 0] += 1
      if used[path] == 2, device.isOneOfAKind { reportTwice(path, node) }
    }
    return seats
  }

  private func unknown(_ role: String, in job: Job) -> Diagnostic {
    Diagnostic(
      .error,
      "unknown-role",
      "the job has no role '\(role)'",
      expected: "one of: \(job.roles.joined(separator: ", "))",
      suggestion: Suggestion.nearest(to: role, among: job.roles)
    )
  }

  private mutating func path(
    of node: NodeJob,
    _ arguments: [DeviceArgument],
    _ local: () throws(Failure) -> String
  ) throws(Failure) -> String? {
    for role in [node.role, node.hostRole, nil] {
      let paths = arguments.filter { $0.role == role }.map(\.path)
      if paths.count == 1 || role == nil, let path = paths.first { return path }
      if node.copy < paths.count { return paths[node.copy] }
      if !paths.isEmpty {
        let text = "the role '\(node.role)' has \(node.count) nodes, and \(paths.count) devices are given for it"
        add(DiagnosticList([Diagnostic(.error, "too-few-devices", text, advice: "Give each its --device.")]))
        return nil
      }
    }
    guard arguments.isEmpty else {
      let text = "no device is given for the role '\(node.role)'"
      add(DiagnosticList([Diagnostic(.error, "no-device", text, advice: "Give one: --device \(node.role)=DEVICE.")]))
      return nil
    }
    return try local()
  }

  private mutating func reportTwice(_ path: String, _ node: NodeJob) {
    let text = "\(path) is one board that is switched on and off, and several nodes of the group would use it"
    let advice = "Give each node its own: --device \(node.role)=DEVICE, once for each."
    add(DiagnosticList([Diagnostic(.error, "one-board-twice", text, advice: advice)]))
  }
}

extension Device {
  /// The board as a guest has it that only logs in to it: without the commands that switch it on and off, which are its
  /// own job's business.
  fileprivate var ofItsGuest: Device {
    var device = self
    device.commands.hardReset = []
    device.commands.powerOn = []
    device.commands.powerOff = []
    device.commands.prePower = []
    device.commands.preOs = []
    device.commands.softReboot = []
    return device
  }
}
