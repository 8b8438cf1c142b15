// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// `bootloader-interrupt` and `bootloader-commands` — stops a boot loader and types to it (spec jobs §6.2).
struct BootloaderActions: ActionTree {
  let context: JobContext
  let namespace: String
  let boot: Boot

  var actions: [Action] {
    Action(
      "bootloader-interrupt",
      summary: "stop the boot loader",
      timeoutFailure: .infrastructure,
      run: interrupt
    )
    Action(
      "bootloader-commands",
      summary: "type the commands to the boot loader",
      timeoutFailure: .infrastructure,
      defaultTimeout: .seconds(90),
      run: typeCommands
    )
  }

  private var loader: Bootloader { Bootloader(boot, of: context) }

  private func interrupt(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: namespace)
    session.setCharacterDelay(context.device.characterDelays.boot)
    let loader = loader
    guard loader.needsInterrupt else { return }
    let message = try loader.interruptPrompt()
    run.log(.debug, "\(run.name): Wait for prompt ['\(message)'] (timeout \(run.remaining.clockText))")
    try await session.wait(for: [message])
    if loader.interruptControls.isEmpty {
      try await session.press(loader.interruptCharacters, newline: loader.interruptsWithNewline)
    } else {
      for key in loader.interruptControls { try await session.press(control: key) }
    }
  }

  private func typeCommands(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: namespace)
    let loader = loader
    let prompt = try loader.prompt()
    let commands = context.withState(of: namespace, \.bootCommands)
    try await wait(for: prompt, loader, session, run)
    for (index, command) in commands.enumerated() {
      try await session.type(command)
      if index < commands.count - 1 { try await wait(for: prompt, loader, session, run) }
    }
    if let message = loader.finalMessage, !commands.isEmpty { try await wait(for: message, loader, session, run) }
    run.record("commands", .sequence(commands.map { .string($0) }))
  }

  /// Waits for a pattern, and for what the boot loader says when something is wrong.
  private func wait(
    for pattern: String,
    _ loader: Bootloader,
    _ session: BoardSession,
    _ run: ActionRun
  ) async throws(Failure) {
    run.log(.debug, "\(run.name): Wait for prompt ['\(pattern)'] (timeout \(run.remaining.clockText))")
    let index = try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in
      try await session.wait(for: [pattern] + loader.errorMessages)
    }
    guard index > 0 else { return }
    throw Failure(
      .infrastructure,
      "bootloader-error",
      "matched a bootloader error message: '\(loader.errorMessages[index - 1])' (\(index))",
      advice: "The console log shows what the boot loader said; check the addresses, the server and the files."
    )
  }
}

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

/// `bootloader-overlay` — fills in the commands for the boot loader (spec jobs §7).
struct BootloaderOverlay: ActionTree {
  let context: JobContext
  let namespace: String
  let boot: Boot

  var actions: [Action] {
    Action("bootloader-overlay", summary: "fill in the boot loader's commands", run: fill)
  }

  private func fill(_ run: ActionRun) async throws(Failure) {
    let lines = try lines()
    let filled = try context.bootValues(of: namespace, boot).fill(lines)
    run.log(.debug, "Parsed boot commands: \(filled.joined(separator: "; "))")
    context.withState(of: namespace) { $0.bootCommands = filled }
  }

  private func lines() throws(Failure) -> [String] {
    switch boot.commands {
    case nil: return []
    case .lines(let lines): return lines
    case .named(let name):
      let method = boot.bootloader ?? boot.method.rawValue
      if let lines = context.device.bootMethod(method)?[name]?["commands"]?.sequence?.compactMap(\.string) {
        return lines
      }
      let known = (context.device.bootMethod(method)?.mapping ?? []).filter { $0.value["commands"] != nil }
      throw Failure(
        .configuration,
        "unknown-boot-commands",
        "the device \(context.device.file) has no commands '\(name)' for \(method)",
        advice: known.isEmpty
          ? "Put actions.boot.methods.\(method).\(name).commands into the device file."
          : "It has: " + known.compactMap(\.key.string).joined(separator: ", ") + "."
      )
    }
  }
}
