// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Pipeline
import Signals

/// When a prompt that does not come is asked for again, by `#` and a newline: after half of the action's time, and after
/// each further tenth of it, six times at most (spec jobs §4.2). A board that falls silent within a line gets a newline
/// much earlier; see ``TypingPatience``.
struct PromptForcing {
  private static let most = 6

  let run: ActionRun
  private let whole: Duration
  private var part: Duration
  /// When the current part of the wait is over, on the action's clock.
  private var end: Duration
  private var count = 0

  /// Begins a wait, and says so in the log.
  init(_ run: ActionRun, _ patterns: [String]) {
    self.run = run
    whole = run.remaining
    part = whole / 2
    end = run.clock.now + part
    run.tellWait(for: patterns)
  }

  /// What is left of the current part.
  var remaining: Duration { max(end - run.clock.now, .zero) }

  /// Begins the next part: the current one is over. The warning names the wait that is over, as LAVA's logs do.
  ///
  /// - Returns: whether there is another part.
  mutating func beginNext(_ message: String) -> Bool {
    guard count < Self.most else { return false }
    run.log(
      .warning,
      "\(message): Sending # in case of corruption. "
        + "Connection timeout \(whole.clockText), retry in \(part.clockText)"
    )
    count += 1
    part = whole / 10
    end = run.clock.now + part
    return true
  }
}

extension ActionRun {
  /// Says in the log what is waited for, in LAVA's words (spec results-and-log §2).
  func tellWait(for patterns: [String]) {
    log(.debug, "\(name): Wait for prompt \(PythonText.quoted(patterns)) (timeout \(remaining.clockText))")
  }
}
