// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Multinode
import Pipeline
import Signals

// The board calls its group: spec signals §6.
extension RunnerReading {
  /// The longest line that a terminal hands to a program, in bytes: what is longer is cut without a word (termios(3)).
  private static let longestAnswer = 4094

  /// Makes a call that the board has asked for, types the answer, and records what came of it.
  ///
  /// - Returns: false where it was not answered and the test is over by LAVA's rules.
  func answer(_ call: BoardCall) async throws(Failure) -> Bool {
    guard call.isKnown else {
      run.log(.warning, "The board calls LAVA_\(call.call.name), which nobody knows: it gets no answer")
      return true
    }
    do throws(Failure) {
      let reply = try await context.callGroup(call.call, run)
      if call.call.name == "SEND", case .refused = reply {
        throw Failure(.test, "call-refused", "Coordinator was unable to accept LAVA_SEND")
      }
      recorder.record(call, isAnswered: true)
      if call.call.name != "SEND" { try await type(reply, to: call.call) }
      return true
    } catch {
      recorder.record(call, isAnswered: false)
      guard error.kind == .multinodeTimeout, context.settings.rules == .lava else { throw error }
      run.log(.warning, "Sync error in multinode signal: \(error.message)")
      return false
    }
  }

  private func type(_ reply: GroupReply, to call: MultinodeCall) async throws(Failure) {
    let line = "<LAVA_\(call.name)_COMPLETE\(reply.text)>"
    guard line.utf8.count <= Self.longestAnswer else {
      throw Failure(
        .job,
        "long-answer",
        "the answer to LAVA_\(call.name) '\(call.arguments.first ?? "")' has \(line.utf8.count) bytes, and a terminal takes "
          + "\(Self.longestAnswer)",
        advice: "Send shorter values, or give the messages different ids."
      )
    }
    try await session.answer(line)
  }
}

extension GroupReply {
  /// As it is typed to the board. What comes from other boards must not press keys on this one.
  fileprivate var text: String {
    switch self {
    case .acknowledged: return ""
    case .refused: return " nack"
    case .messages(let messages):
      return messages.flatMap { message in message.data.map { " \(message.sender):\($0.key)=\($0.value)" } }
        .joined().withoutControls
    }
  }
}

extension String {
  fileprivate var withoutControls: String {
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars { scalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "?" : scalar) }
    return String(scalars)
  }
}
