// SPDX-License-Identifier: Apache-2.0

import Signals

/// Which of the definitions that one start of the runner should run came to their end, and which expected cases were not
/// reported (docs/Verdicts.md).
struct DefinitionTally: Sendable {
  /// How many names of missing cases are told.
  private static let toldCount = 10

  /// The suites of the stage, in the order of the runner's list.
  private let planned: [String]
  /// Whether the last run of a suite came to its end; nothing of one that was not started.
  private var hasEnded: [String: Bool] = [:]
  private var missing: [String: [String]] = [:]
  private var hasFailedInstall = false

  init(planned: [String]) { self.planned = planned }

  mutating func take(_ result: ShellResult) {
    switch result {
    case .runEnded(let suite, _, _): hasEnded[suite] = true
    case .runUnfinished(let suite, _, _): hasEnded[suite] = false
    case .stageFailed: hasFailedInstall = true
    case .missingCase(let suite, let testCase, _): missing[suite, default: []].append(testCase)
    case .testCase, .reference: break
    }
  }

  /// What the test left out, each half a sentence.
  ///
  /// - Parameter wasStopped: the test failed or ran out of time. What had not been done then is a consequence; only what
  ///   could not be installed is not.
  func shortcomings(wasStopped: Bool) -> [String] {
    let notStarted = planned.filter { hasEnded[$0] == nil }
    if wasStopped { return hasFailedInstall ? Self.installShortcomings(notStarted) : [] }
    var texts = hasFailedInstall ? Self.installShortcomings(notStarted) : []
    for suite in planned {
      switch hasEnded[suite] {
      case true: break
      case false: texts.append("definition \(suite) did not finish")
      case nil: if !hasFailedInstall { texts.append("definition \(suite) was not started") }
      }
      if let cases = missing[suite] { texts.append("expected cases missing in \(suite): \(Self.list(cases))") }
    }
    return texts
  }

  /// The runner does not say which definition it is whose install failed; it starts none of those.
  private static func installShortcomings(_ notStarted: [String]) -> [String] {
    switch notStarted.count {
    case 0: ["an install failed"]
    case 1: ["the install of definition \(notStarted[0]) failed"]
    default: ["an install failed, and these definitions were not started: \(list(notStarted))"]
    }
  }

  private static func list(_ names: [String]) -> String {
    let hidden = names.count - toldCount
    return names.prefix(toldCount).joined(separator: ", ") + (hidden > 0 ? " and \(hidden) more" : "")
  }
}
