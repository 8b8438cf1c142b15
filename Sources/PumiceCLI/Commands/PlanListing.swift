// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline
import YAMLDocument

/// A plan as `pumice plan` prints it.
struct PlanListing {
  private let plan: Plan

  init(_ plan: Plan) { self.plan = plan }

  /// For people: an action a line, with where its timeout comes from.
  var text: String {
    plan.blocks.map { lines(of: $0.root, below: nil) }.joined()
  }

  private func lines(of action: PlannedAction, below parent: PlannedAction?) -> String {
    let depth = action.level.split(separator: ".").count - 1
    let label = String(repeating: "  ", count: depth) + "\(action.level) \(action.name)"
    let retries = action.maxRetries > 1 ? " x\(action.maxRetries)" : ""
    let line = "\(label)\(retries)  \(action.timeout.wholeSeconds) s (\(origin(of: action, below: parent)))\n"
    return line + action.children.map { lines(of: $0, below: action) }.joined()
  }

  private func origin(of action: PlannedAction, below parent: PlannedAction?) -> String {
    if action.timeoutSource == .parentRetries, let parent {
      return "\(parent.timeout.wholeSeconds) s of \(parent.level) for \(parent.maxRetries) attempts"
    }
    guard let place = action.timeoutPlace else { return action.timeoutSource.rawValue }
    return "\(action.timeoutSource.rawValue), \(place.file):\(place.line)"
  }

  /// Tab-separated: level, name, max_retries, timeout in seconds.
  var table: String {
    "level\tname\tmax_retries\ttimeout_s\n"
      + plan.actions.map { "\($0.level)\t\($0.name)\t\($0.maxRetries)\t\($0.timeout.wholeSeconds)\n" }.joined()
  }

  /// For programs: everything that is known of each action.
  var value: YAMLValue {
    .sequence(
      plan.actions.map { action in
        var pairs: [YAMLValue.Pair] = [
          YAMLValue.Pair("level", .string(action.level)),
          YAMLValue.Pair("name", .string(action.name)),
          YAMLValue.Pair("summary", .string(action.summary)),
          YAMLValue.Pair("namespace", .string(action.namespace)),
          YAMLValue.Pair("max_retries", .int(action.maxRetries)),
          YAMLValue.Pair("timeout", .int(action.timeout.wholeSeconds)),
          YAMLValue.Pair("timeout_source", .string(action.timeoutSource.rawValue)),
        ]
        if let place = action.timeoutPlace { pairs.append(YAMLValue.Pair("timeout_place", .string("\(place)"))) }
        pairs.append(YAMLValue.Pair("connection_timeout", .int(action.connectionTimeout.wholeSeconds)))
        return .mapping(pairs)
      }
    )
  }
}

extension Duration {
  /// Seconds, cut.
  fileprivate var wholeSeconds: Int { Int(components.seconds) }
}
