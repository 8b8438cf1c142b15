// SPDX-License-Identifier: Apache-2.0

internal import Events

/// What a board printed last, and which of it belongs to a result.
///
/// Lines are logged as they are read, so some of what follows a result may be here before the result itself: the signals
/// in the lines say where it ends.
struct RecentLines: Sendable {
  /// How many lines a result gets at most.
  static let shownCount = 20
  /// How many lines are kept to choose from.
  static let keptCount = 256
  /// How much of a line is kept, in characters.
  static let lineLength = 400

  private var lines: [String] = []

  mutating func add(_ line: String) {
    // Removes many at a time, so that a flood of lines does not move the array for each.
    if lines.count >= 2 * Self.keptCount { lines.removeFirst(lines.count - Self.keptCount) }
    lines.append(line.utf8.count > Self.lineLength ? String(line.prefix(Self.lineLength)) : line)
  }

  /// The last lines that belong to a result, without the signals: they repeat what the result says.
  func before(_ record: ResultRecord) -> [String] {
    let own =
      switch record.origin {
      case .testCase, .reference: linesOfCase(record.testCase)
      case .unfinishedRun: linesOfRun(record.testCase)
      case .validation, .action, .run, .monitored, .command, .session, .job: lines[...]
      }
    return own.filter { !$0.contains("<LAVA_") }.suffix(Self.shownCount)
  }

  /// From the start of the case, or the signal before it, to its result.
  private func linesOfCase(_ name: String) -> ArraySlice<String> {
    let result = lines.lastIndex { line in
      line.contains("<LAVA_SIGNAL_TEST") && (line.contains("=\(name) ") || line.contains(" \(name) "))
    }
    let own = lines[..<(result ?? lines.endIndex)]
    let start =
      own.lastIndex { $0.contains("<LAVA_SIGNAL_STARTTC \(name)>") }
      ?? own.lastIndex { $0.contains("<LAVA_SIGNAL_") && !$0.contains("<LAVA_SIGNAL_ENDTC \(name)>") }
    return own[(start.map { $0 + 1 } ?? own.startIndex)...]
  }

  /// From the start of the run to the script of the next (spec test-shell §5.4), or the end of the runner.
  private func linesOfRun(_ suite: String) -> ArraySlice<String> {
    guard let start = lines.lastIndex(where: { $0.contains("<LAVA_SIGNAL_STARTRUN \(suite) ") }) else {
      return lines[...]
    }
    let own = lines[(start + 1)...]
    let end = own.firstIndex { line in
      line.hasPrefix("+ export TESTRUN_ID=") || line.contains("<LAVA_SIGNAL_STARTRUN ")
        || line.contains("<LAVA_TEST_RUNNER EXIT>")
    }
    return own[..<(end ?? own.endIndex)]
  }
}
