// SPDX-License-Identifier: Apache-2.0

internal import ShellText
package import YAMLDocument

/// What the overlay's `environment` file exports (spec test-shell §4.1).
package struct OverlayEnvironment: Sendable {
  /// The device's `environment`.
  package var device: YAMLValue = .null
  package var deviceInfo: YAMLValue = .null
  package var staticInfo: YAMLValue = .null
  package var storageInfo: YAMLValue = .null
  /// The job's `environment`, or that of its multinode protocol.
  package var job: YAMLValue = .null
  package var jobID: String
  package var dispatcherIP: String
  package var tags: [String] = []
  package var dispatcherPrefix: String = ""
  /// The device's; not exported where it is empty.
  package var hostname: String = ""
  /// Not exported where it is empty.
  package var deviceType: String = ""
  /// The dispatcher's `http_url_format_string`; not exported where it is empty.
  package var httpCache: String = ""

  package init(jobID: String, dispatcherIP: String) {
    self.jobID = jobID
    self.dispatcherIP = dispatcherIP
  }

  /// The variables in the order of the file. LAVA exports every name that comes out of a nested value; one that no
  /// shell takes (`0`, `my-key`) is left out here, for it can only stop the file from being read.
  package var variables: [(name: String, value: String)] {
    flattened.filter { ShellWord.isVariableName($0.name) }
  }

  /// The names that `variables` leaves out.
  package var unusableNames: [String] { flattened.map(\.name).filter { !ShellWord.isVariableName($0) } }

  /// The file's text: one `export NAME=VALUE` a line, each value one shell word.
  package var text: String {
    variables.map { "export \($0.name)=\(ShellWord.quote($0.value))\n" }.joined()
  }

  private var flattened: [(name: String, value: String)] {
    var all: [(String, String)] = []
    let groups = [
      (device, ""), (deviceInfo, "LAVA_DEVICE_INFO"), (staticInfo, "LAVA_STATIC_INFO"),
      (storageInfo, "LAVA_STORAGE_INFO"), (job, ""),
    ]
    // A group that was not given is no variable; a null inside one is an empty variable.
    for (value, name) in groups where value != .null { flatten(value, name, &all) }
    all += [
      ("LAVA_JOB_ID", jobID), ("LAVA_DISPATCHER_IP", dispatcherIP), ("LAVA_JOB_TAGS", tags.joined(separator: ",")),
      ("LAVA_DISPATCHER_PREFIX", dispatcherPrefix),
    ]
    if !hostname.isEmpty { all.append(("LAVA_DEVICE_HOSTNAME", hostname)) }
    if !deviceType.isEmpty { all.append(("LAVA_DEVICE_TYPE", deviceType)) }
    if !httpCache.isEmpty { all.append(("HTTP_CACHE", httpCache)) }
    return all
  }

  private func flatten(_ value: YAMLValue, _ name: String, _ all: inout [(String, String)]) {
    let prefix = name.isEmpty ? "" : name + "_"
    switch value {
    case .mapping(let pairs):
      for pair in pairs { flatten(pair.value, prefix + text(of: pair.key), &all) }
    case .sequence(let items):
      for (index, item) in items.enumerated() { flatten(item, prefix + String(index), &all) }
    case .null, .bool, .int, .float, .string, .timestamp:
      all.append((name, text(of: value)))
    }
  }

  /// A scalar as LAVA writes it. It has no rule for null, floats and dates, and fails.
  private func text(of scalar: YAMLValue) -> String {
    switch scalar {
    case .bool(let flag): flag ? "1" : "0"
    case .int(let number): String(number)
    case .float(let number): number.description
    case .string(let text), .timestamp(let text): text
    case .null, .sequence, .mapping: ""
    }
  }
}
