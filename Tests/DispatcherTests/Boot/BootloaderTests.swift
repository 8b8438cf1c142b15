// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import JobModel
import Pipeline
import Synchronization
import Testing

@testable import Dispatcher

/// What is typed to boot loaders, and how it ends when one does not do its part (spec jobs §6.2, §6.10).
@Suite struct BootloaderTests {
  private static func device(_ parameters: String = "", _ constants: String = "") -> String {
    """
    hostname: board
    dispatcher_ip: 127.0.0.1
    commands: {connect: 'true'}
    constants: {u-boot: {interrupt-newline: false, final-message: Starting kernel, error-messages: ['File not found', 'ERR[0-9]'] \(constants)}}
    actions:
      deploy: {methods: {tftp: }}
      boot: {methods: {u-boot: {parameters: {bootloader_prompt: '=> ', interrupt_prompt: Hit any key, interrupt_char: x \(parameters)}}}}

    """
  }

  /// Runs the actions of a boot on a board that is a shell script, with these commands.
  private static func run(
    _ board: String,
    _ commands: [String],
    method: String = "method: u-boot",
    parameters: String = "",
    _ clock: some PipelineClock = SystemClock()
  ) async throws -> Failure? {
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {\(method), commands: [a]}\n"
    )
    let context = Sample.context(job, try Sample.device(device(parameters)))
    guard case .boot(let boot) = try #require(job.actions.first).body else { return nil }
    context.withState(of: "common") { $0.bootCommands = commands }
    var failure: Failure?
    let kept = KeptFailure()
    let said = await SmallBoard.run(LineKeeper(), clock, board: board) { session, run throws(Failure) in
      context.withState(of: "common") { $0.session = session }
      for action in BootloaderActions(context: context, namespace: "common", boot: boot).actions {
        do throws(Failure) {
          try await action.run?(run)
        } catch {
          kept.keep(error)
          throw error
        }
      }
    }
    failure = kept.failure
    #expect((failure == nil) == (said == nil))
    return failure
  }

  /// A boot by U-Boot, and the context of its job.
  private static func boot() throws -> (Boot, JobContext) {
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: u-boot, commands: [a], prompts: ['# ']}\n"
    )
    guard case .boot(let boot) = try #require(job.actions.first).body else { throw Failure(.bug, "no-boot", "no boot") }
    return (boot, Sample.context(job, try Sample.device(device())))
  }

  private static let stopping = "stty -echo -icanon; printf 'Hit any key: '; dd bs=1 count=1 2> /dev/null;"

  @Test func isStoppedAndTypedTo() async throws {
    let board =
      "\(Self.stopping) printf '=> '; read a; printf '=> '; read b; [ \"$a$b\" = onetwo ] && echo Starting kernel; read c"
    #expect(try await Self.run(board, ["one", "two"]) == nil)
  }

  @Test func itsErrorMessagesEndTheBoot() async throws {
    let board = "\(Self.stopping) printf '=> '; read a; echo 'ERR7: no route'; printf '=> '; read b"
    let failure = try await Self.run(board, ["one", "two"])
    #expect(failure?.kind == .infrastructure)
    #expect(failure?.message == "matched a bootloader error message: 'ERR[0-9]' (2)")
  }

  /// The prompt is waited for as long as the action may take, however short its connection timeout is, and the action is
  /// named (spec jobs §4.2). Here it may take 100 seconds, and the connection timeout is 30.
  @Test func aPromptThatNeverComes() async throws {
    let (boot, context) = try Self.boot()
    let clock = ManualClock()
    let keeper = LineKeeper()
    let (ready, continuation) = AsyncStream.makeStream(of: Void.self)
    async let failure = SmallBoard.run(keeper, clock, board: "echo ready; read more") { session, run throws(Failure) in
      try await session.wait(for: ["ready"])
      continuation.finish()
      try await Bootloader(boot, of: context).wait(for: "=> ", session, run)
    }
    for await _ in ready {}
    // Nobody sleeps but the timer of the action.
    await clock.advanceToNext(sleepers: 1)
    #expect(await failure == "login-action timed out after 100 seconds")
  }

  /// What the boot loader says against the kernel ends the boot at once (spec jobs §6.11).
  @Test func itRefusesTheKernel() async throws {
    let (boot, context) = try Self.boot()
    let login = LoginActions(context: context, facts: NamespaceFacts("common", in: context.job), boot: boot)
    let board = "echo 'ERR9: bad magic'; read more"
    let failure = await SmallBoard.run(LineKeeper(), ManualClock(), board: board) { session, run throws(Failure) in
      context.withState(of: "common") { $0.session = session }
      try await login.actions.first?.run?(run)
    }
    #expect(failure == "matched a bootloader error message: 'ERR[0-9]' (2)")
  }

  /// Nothing is pressed, and the prompt is waited for.
  @Test func oneThatNeedNotBeStopped() async throws {
    let board = "stty -echo; printf '=> '; read a; [ \"$a\" = one ] && echo Starting kernel; read c"
    #expect(try await Self.run(board, ["one"], parameters: ", needs_interrupt: false") == nil)
  }

  /// `method: bootloader` ends at the prompt behind the last command: no kernel is started.
  @Test func asFarAsThePrompt() async throws {
    let board = "\(Self.stopping) printf '=> '; read a; echo done; printf '=> '; read b"
    #expect(try await Self.run(board, ["one"], method: "method: bootloader, bootloader: u-boot") == nil)
  }

  // MARK: kexec

  @Test(arguments: [
    (
      "kernel: /k, dtb: /d, initrd: /i, options: [--reuse-cmdline]",
      "/sbin/kexec --load /k --dtb /d --initrd /i --reuse-cmdline", "/sbin/kexec -e"
    ),
    ("kernel: /k, command: /opt/kexec, on_panic: true", "/opt/kexec --load-panic /k", "echo c > /proc/sysrq-trigger"),
  ])
  func kexecIsLoadedAndStarted(keys: String, load: String, start: String) throws {
    let job = try Sample.job("job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: kexec, \(keys)}\n")
    guard case .boot(let boot) = try #require(job.actions.first).body else { return }
    #expect(KexecCommand(boot.kexec).load == load)
    #expect(KexecCommand(boot.kexec).start == start)
  }

  /// A board whose `kexec` says what it was given; the new kernel then says its message.
  @Test func kexecOnABoard() async throws {
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: kexec, kernel: /k, boot_message: Linux version}\n"
    )
    let context = Sample.context(job, try Sample.device(Self.device()))
    let action = try #require(try context.strategies().first?.strategy.actions.first?.children.first)
    let board = """
      stty -echo; read load; echo "got $load"; echo '<LAVA_SIGNAL_RETRUNCODE 0>'; printf 'board# '
      read start; [ "$start" = '/sbin/kexec -e' ] && echo Linux version 7; read more
      """
    let failure = await SmallBoard.run(LineKeeper(), SystemClock(), board: board) { session, run throws(Failure) in
      session.setPrompts(["board# "])
      context.withState(of: "common") { $0.session = session }
      try await action.run?(run)
    }
    #expect(failure == nil)
  }

  // MARK: Paced typing

  /// A loader that swallows the third character the first time it comes.
  private static let lossy = """
    import os, sys, tty
    tty.setraw(0)
    line, lost = b'', False
    os.write(1, b'=> ')
    while True:
        key = os.read(0, 1)
        if not key: break
        if key in b'\\r\\n':
            os.write(1, b'\\r\\n[' + line + b']\\r\\n=> ')
            line = b''
        elif len(line) == 2 and not lost: lost = True
        else:
            line += key
            os.write(1, key)
    """

  @Test(.enabled(if: isInstalled("python3"), "needs python3")) func aLostCharacterIsTypedAgain() async throws {
    var patience = TypingPatience()
    patience.firstEcho = .milliseconds(300)
    let board = ["python3", "-c", Self.lossy]
    let failure = await SmallBoard.run(LineKeeper(), SystemClock(), board, patience: patience) {
      session,
      _ throws(Failure) in
      try await session.wait(for: ["=> "])
      session.setCharacterDelay(.milliseconds(1))
      try await session.type(bootCommand: "boot now")
      try await session.wait(for: [#"\[boot now\]"#])
    }
    #expect(failure == nil)
  }

  /// Without any echo nothing is typed twice.
  @Test func aMuteLoaderGetsTheLineOnce() async throws {
    var patience = TypingPatience()
    patience.firstEcho = .milliseconds(50)
    let board = "stty -echo; printf '=> '; read a; echo \"[$a]\"; read b"
    let failure = await SmallBoard.run(LineKeeper(), SystemClock(), board: board, patience: patience) {
      session,
      _ throws(Failure) in
      try await session.wait(for: ["=> "])
      session.setCharacterDelay(.milliseconds(1))
      try await session.type(bootCommand: "boot now")
      try await session.wait(for: [#"\[boot now\]"#])
    }
    #expect(failure == nil)
  }
}

/// The failure of a step.
private final class KeptFailure: Sendable {
  private let kept = Mutex<Failure?>(nil)

  var failure: Failure? { kept.withLock(\.self) }

  func keep(_ failure: Failure) { kept.withLock { $0 = failure } }
}
