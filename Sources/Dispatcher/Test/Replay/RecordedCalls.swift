// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Signals

/// The calls to its group that a board makes on a recorded console: what came of one shows in the host's answer, which the
/// board has echoed. A `lava-send` has no answer, and counts as made.
final class RecordedCalls {
  private let recorder: ShellRecorder
  /// The board waits for its answer.
  private var open: BoardCall?

  init(_ recorder: ShellRecorder) { self.recorder = recorder }

  /// Takes what the test shell wants done.
  func take(_ effect: ShellEffect) {
    recorder.take(effect)
    while let call = recorder.takeCall() {
      guard call.isKnown else { continue }
      if call.call.name == "SEND" {
        recorder.record(call, isAnswered: true)
      } else {
        close()
        open = call
      }
    }
  }

  /// Takes an answer that the board has echoed; one that nobody waits for is none.
  func take(_ answer: AnswerEcho) {
    guard let call = open, call.call.name == answer.name else { return }
    open = nil
    recorder.record(call, isAnswered: true)
  }

  /// Takes the end of the console, or of its runner: what is open then has not been answered.
  ///
  /// - Returns: what the test ended of.
  @discardableResult
  func close() -> Failure? {
    guard let call = open else { return nil }
    open = nil
    recorder.record(call, isAnswered: false)
    let name = call.call.name.lowercased().replacing("_", with: "-")
    return Failure(
      .multinodeTimeout,
      "call-unanswered",
      "lava-\(name) '\(call.call.arguments.first ?? "")' was not answered",
      advice: "The log of the run says whom it waited for; a console does not."
    )
  }
}
