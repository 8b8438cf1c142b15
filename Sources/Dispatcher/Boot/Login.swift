// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// What comes after a board was started: from the first kernel message to a shell that has the overlay
/// (spec jobs §6.11).
struct LoginActions: ActionTree {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var actions: [Action] {
    if !boot.prompts.isEmpty {
      Action(
        "auto-login-action",
        summary: "wait for the kernel and log in",
        isRetry: true,
        run: waitForKernel
      ) {
        Action("login-action", summary: "log in at the console", run: login)
      }
      if facts.hasShell {
        Action("expect-shell-connection", summary: "wait for the shell", run: expectShell)
        if boot.transferOverlay != nil {
          Action("overlay-unpack", summary: "let the board fetch and unpack the overlay", run: unpackOverlay)
        }
        ExportDeviceEnvironment(context: context, namespace: facts.name)
      }
    }
  }

  private func waitForKernel(_ run: ActionRun) async throws(Failure) {
    let message = boot.kernelStartMessage ?? context.constant("kernel-start-message")?.string ?? ""
    guard !message.isEmpty else { return }
    let session = try context.session(of: facts.name)
    try await Bootloader(boot, of: context).wait(for: message, session, run)
  }

  private func login(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: facts.name)
    session.setPrompts(boot.prompts)
    var console = LoginConsole(session: session, run: run, ignoresKernelMessages: boot.ignoresKernelMessages)
    do throws(Failure) {
      try await login(&console)
    } catch {
      console.report(error)
      throw error
    }
    console.report(nil)
    session.markShell()
    for command in boot.autoLogin?.loginCommands ?? [] { try await session.run(command, run) }
  }

  private func login(_ console: inout LoginConsole) async throws(Failure) {
    var watched = WatchedPatterns(prompts: boot.prompts)
    if let message = boot.failureMessage { watched.add(.failureMessage, message) }
    if let login = boot.autoLogin {
      watched.add(.loginPrompt, login.loginPrompt)
      watched.add(.loginIncorrect, "Login incorrect")
    }
    switch try await console.wait(for: watched) {
    case .failureMessage:
      throw Failure(
        .job,
        "failure-message",
        "Matched job-specific failure message: '\(boot.failureMessage ?? "")'"
      )
    case .prompt where boot.autoLogin == nil: break
    default:
      // As LAVA does, the user's name is typed whatever matched: a shell prompt ignores it.
      if let login = boot.autoLogin { try await self.login(login, &console) }
    }
  }

  private func login(_ login: AutoLogin, _ console: inout LoginConsole) async throws(Failure) {
    try await console.session.type(login.username)
    if let passwordPrompt = login.passwordPrompt {
      var watched = WatchedPatterns(prompts: boot.prompts)
      watched.add(.passwordPrompt, passwordPrompt)
      watched.add(.loginTimedOut, "Login timed out")
      if try await console.wait(for: watched) == .loginTimedOut {
        throw Failure(
          .job,
          "password-prompt",
          "Password prompt not matched, please update the job definition with the correct one.",
          advice: "Set 'password_prompt' of 'auto_login' to what the board prints."
        )
      }
      try await console.session.type(login.password ?? "", isSecret: true)
    }
    var watched = WatchedPatterns(prompts: boot.prompts)
    watched.add(.loginIncorrect, "Login incorrect")
    watched.add(.loginTimedOut, "Login timed out")
    let kind = try await console.wait(for: watched)
    guard kind == .prompt else {
      throw Failure(
        .job,
        "login",
        kind == .loginIncorrect ? "Login incorrect" : "Login timed out",
        advice: "Check 'username' and 'password' of 'auto_login'."
      )
    }
  }

  private func expectShell(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: facts.name)
    session.setPrompts(boot.prompts)
    try await session.type("")
    try await session.waitForPrompt(run)
    session.markShell()
  }

  /// The board fetches the tarball from the host's own server (spec jobs §5.12).
  private func unpackOverlay(_ run: ActionRun) async throws(Failure) {
    guard let transfer = boot.transferOverlay,
      let overlay = context.withState(of: facts.name, { $0.overlay })
    else {
      throw Failure(
        .job,
        "no-overlay",
        "there is no overlay to transfer in namespace '\(facts.name)'",
        advice: "Put a deploy action before the boot; 'deploy: {to: overlay}' is enough."
      )
    }
    let session = try context.session(of: facts.name)
    let (url, name) = try await context.publish(overlay)
    try await session.run("rm -f \(name)", run)
    try await session.runChecked("\(transfer.downloadCommand) \(url)", run)
    try await session.runChecked("\(transfer.unpackCommand) \(name)", run)
  }
}

extension Boot {
  /// What of the way to the shell is planned only, in quotes.
  var plannedOnlyLogin: String? {
    guard let transfer = transferOverlay, transfer.method != .http else { return nil }
    return "'transfer_method: \(transfer.method.rawValue)'"
  }
}
