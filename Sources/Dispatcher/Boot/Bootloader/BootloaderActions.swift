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
      try await session.type(bootCommand: command)
      if index < commands.count - 1 { try await wait(for: prompt, loader, session, run) }
    }
    guard !commands.isEmpty else { return }
    if boot.method == .bootloader {
      try await wait(for: prompt, loader, session, run)
    } else if let message = loader.finalMessage {
      try await wait(for: message, loader, session, run)
    }
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
