// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// What the helpers on the board are told: `bin/.lava-helpers` (docs/Signals.md, "What the host tells the helpers").
///
/// LAVA writes these values into the scripts themselves (spec test-shell §3, "Injected variables").
package struct HelperConfiguration: Sendable, Hashable {
  /// A line of two columns: a storage device and its path, or a job of the group and its role.
  package struct Row: Sendable, Hashable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  package var jobID: String
  package var targetMAC = ""
  package var targetIP = ""
  package var probeIP = ""
  package var probeChannel = ""
  package var storage: [Row] = []
  /// This device's role; empty outside a multinode job.
  package var role = ""
  /// Every job of the group with its role.
  package var group: [Row] = []
  package var groupHostIP = ""

  package init(jobID: String) { self.jobID = jobID }

  /// Takes over what a device file says.
  /// - Parameters:
  ///   - parameters: the device's `parameters`, of which `interfaces.target.mac` and `.ip` count.
  ///   - staticInfo: the first item that has both `probe_ip` and `probe_channel` counts.
  ///   - storageInfo: every key of every item counts.
  package mutating func take(parameters: YAMLValue, staticInfo: YAMLValue, storageInfo: YAMLValue) {
    let target = parameters["interfaces"]?["target"]
    targetMAC = text(target?["mac"])
    targetIP = text(target?["ip"])
    let probe = staticInfo.sequence?.first { $0["probe_ip"] != nil && $0["probe_channel"] != nil }
    probeIP = text(probe?["probe_ip"])
    probeChannel = text(probe?["probe_channel"])
    storage = (storageInfo.sequence ?? []).flatMap { $0.mapping ?? [] }.map { Row(text($0.key), text($0.value)) }
  }

  /// The file's text.
  func text(resultsDirectory: String, shell: String) -> String {
    var entries = [["results_dir", resultsDirectory], ["shell", shell], ["job_id", jobID]]
    let single = [
      ("target_mac", targetMAC), ("target_ip", targetIP), ("probe_ip", probeIP), ("probe_channel", probeChannel),
    ]
    entries += single.filter { !$0.1.isEmpty }.map { [$0.0, $0.1] }
    entries += storage.map { ["storage", $0.key, $0.value] }
    if !role.isEmpty { entries.append(["role", role]) }
    entries += group.map { ["group", $0.key, $0.value] }
    if !groupHostIP.isEmpty { entries.append(["vm_group_host_ip", groupHostIP]) }
    return entries.map { $0.map(escaped).joined(separator: "\t") + "\n" }.joined()
  }

  private func escaped(_ field: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in field.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private func text(_ value: YAMLValue?) -> String {
    switch value {
    case .string(let text), .timestamp(let text): text
    case .int(let number): String(number)
    case .float(let number): number.description
    case .bool(let flag): flag ? "True" : "False"
    case nil, .null, .sequence, .mapping: ""
    }
  }
}
