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
    run.tellWait(for: [message])
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
    try await loader.wait(for: prompt, session, run)
    for (index, command) in commands.enumerated() {
      try await session.type(bootCommand: command)
      if index < commands.count - 1 { try await loader.wait(for: prompt, session, run) }
    }
    guard !commands.isEmpty else { return }
    if boot.method == .bootloader {
      try await loader.wait(for: prompt, session, run)
    } else if let message = loader.finalMessage {
      try await loader.wait(for: message, session, run)
    }
    run.record("commands", .sequence(commands.map { .string($0) }))
  }
}
