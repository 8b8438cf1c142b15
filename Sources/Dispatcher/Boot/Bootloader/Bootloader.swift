// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import YAMLDocument

/// What the device says of a boot loader: how it is stopped, how it asks, how it complains (spec jobs §6.2, §9).
struct Bootloader: Sendable {
  private let method: String
  private let parameters: YAMLValue?
  private let constants: YAMLValue?
  private let device: String
  /// What the last command is followed by; nil where nothing is waited for.
  let finalMessage: String?

  init(_ boot: Boot, of context: JobContext) {
    method = boot.bootloader ?? boot.method.rawValue
    parameters = context.device.bootMethod(method)?["parameters"]
    constants = context.device.constants[method]
    device = context.device.file
    finalMessage = boot.bootloaderFinalMessage ?? constants?["final-message"]?.string
  }

  /// Whether it must be stopped before it boots by itself.
  var needsInterrupt: Bool { parameters?["needs_interrupt"] != false }

  /// What it prints when it can be stopped, a regular expression.
  func interruptPrompt() throws(Failure) -> String {
    try require("interrupt_prompt", "interrupt-prompt", such: "'Hit any key to stop autoboot'")
  }

  /// Its prompt, a regular expression.
  func prompt() throws(Failure) -> String { try require("bootloader_prompt", "prompt", such: "'=> '") }

  /// What stops it.
  var interruptCharacters: String { value("interrupt_char", "interrupt-character")?.string ?? "" }

  /// Letters that stop it together with Ctrl, instead of a character.
  var interruptControls: [String] {
    value("interrupt_ctrl_list", "interrupt_ctrl_list")?.sequence?.compactMap(\.string) ?? []
  }

  /// Whether a newline follows the character.
  var interruptsWithNewline: Bool { constants?["interrupt-newline"] != false }

  /// Regular expressions of what it says when it cannot go on.
  var errorMessages: [String] { constants?["error-messages"]?.sequence?.compactMap(\.string) ?? [] }

  /// Waits for a pattern, for as long as the action may take (spec jobs §4.2), and for what the boot loader says when
  /// something is wrong.
  ///
  /// - Throws: an infrastructure failure where it does.
  func wait(for pattern: String, _ session: BoardSession, _ run: ActionRun) async throws(Failure) {
    run.tellWait(for: [pattern])
    let index = try await session.wait(for: [pattern] + errorMessages)
    guard index > 0 else { return }
    throw Failure(
      .infrastructure,
      "bootloader-error",
      "matched a bootloader error message: '\(errorMessages[index - 1])' (\(index))",
      advice: "The console log shows what the boot loader said; check the addresses, the server and the files."
    )
  }

  private func value(_ parameter: String, _ constant: String) -> YAMLValue? {
    parameters?[parameter] ?? constants?[constant]
  }

  private func require(_ parameter: String, _ constant: String, such example: String) throws(Failure) -> String {
    if let text = value(parameter, constant)?.string, !text.isEmpty { return text }
    throw Failure(
      .configuration,
      "bootloader-\(constant)",
      "the device \(device) does not say '\(parameter)' of its \(method)",
      advice: "Set actions.boot.methods.\(method).parameters.\(parameter), such as \(example)."
    )
  }
}
