// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-test-runner RESULTS_DIR/STAGE [NONCE]`: runs the definitions of a stage, one after the other (spec test-shell
/// §6.1). Unlike LAVA's it leaves its work list where it is, so that a second start runs everything again, and it ends
/// when it is interrupted.
struct TestRunner {
  private let invocation: Invocation
  /// The stage's folder, absolute.
  private let stage: Bytes
  /// The time of this start; no earlier start of the stage has the same.
  private let epoch: UInt64
  private var journal: Journal?
  private var interruption: Interruption

  static func run(_ invocation: Invocation) -> Int32 {
    var runner = TestRunner(invocation)
    for definition in runner.takeWorkList() where !runner.interruption.isAsked() { runner.run(definition) }
    Signal.send(Bytes("<LAVA_TEST_RUNNER EXIT>"), isLast: true)
    return runner.interruption.isAsked() ? 128 + runner.interruption.number : 0
  }

  /// Makes the folders and the environment of the run.
  private init(_ invocation: Invocation) {
    self.invocation = invocation
    let path = invocation.argument(0).isEmpty ? Bytes("/lava") : File.absolute(invocation.argument(0))
    var length = path.count
    while length > 1, path[length - 1] == UInt8(ascii: "/") { length -= 1 }
    stage = path.part(0..<length)
    epoch = Journal.unusedPath(File.path(stage, "lava-test-runner.conf"), from: Clock.epoch()).epoch
    interruption = Interruption()

    let bin = File.path(stage, "../bin")
    var programs = bin
    programs.append(":")
    programs.append(Environment.value("PATH"))
    if !Environment.has("PATH") { programs.append("/usr/sbin:/usr/bin:/sbin:/bin") }
    Environment.set("PATH", programs)
    if Environment.value("SHELL").isEmpty { Environment.set("SHELL", Bytes("/bin/sh")) }
    _ = File.makeDirectory(File.path(stage, "results"))
    beginJournal(bin)
  }

  /// Begins the journal and tells the helpers where it is: an empty LAVA_JOURNAL when there is none, so that they do
  /// not take an older one for this run's.
  private mutating func beginJournal(_ bin: Bytes) {
    var path = File.path(stage, "journal")
    if !Signal.isPlain {
      journal = Journal.begin(at: path, nonce: nonce(), epoch: epoch)
      if journal == nil { invocation.complainErrno("cannot write", path) }
    }
    if journal == nil { path = [] }
    Environment.set("LAVA_JOURNAL", path)
    _ = File.write(path, to: File.path(bin, ".journal"))
    // In an overlay for every architecture the helpers do not stand in bin/ itself.
    if let beside = Board.path(".journal") { _ = File.write(path, to: beside) }
  }

  private func nonce() -> Bytes {
    if invocation.arguments.count > 1 {
      if let nonce = JournalText.nonce(invocation.argument(1)) { return nonce }
      let typed = invocation.argument(1)
      Output.complain(invocation.name, "the nonce is not 1 to 16 lower-case hex digits:", typed, Bytes("0 is used"))
    }
    return Bytes("0")
  }

  /// Reads the work list and keeps a copy of it as `lava-test-runner.conf-<epoch>`.
  ///
  /// - Returns: the folders of the definitions; none when there is no list, which is said on standard error.
  private func takeWorkList() -> [Bytes] {
    let path = File.path(stage, "lava-test-runner.conf")
    guard let list = File.read(path) else {
      invocation.complainErrno("cannot read the list of definitions", path)
      return []
    }
    _ = File.write(list, to: Journal.unusedPath(path, from: epoch).path)
    var definitions: [Bytes] = []
    for line in list.lines where !line.contains("LAVA_SIGNAL") { definitions.append(contentsOf: line.words) }
    return definitions
  }

  /// Runs one definition: install.sh when there is one, then run.sh.
  private mutating func run(_ folder: Bytes) {
    let name = folder.lastPathComponent
    var results = File.path(stage, "results/")
    results.append(name)
    results.append("-")
    results.append(decimal: epoch)
    if !File.makeDirectory(results) { invocation.complainErrno("cannot make", results) }

    let script = File.path(folder, "run.sh")
    if (File.read(script) ?? []).contains("# USE_KMSG") {
      Environment.set("KMSG", Bytes("true"))
    } else {
      Environment.unset("KMSG")
    }

    journal?.append(record: JournalText.begin(name))
    if !install(folder, name, results) { return }
    Environment.set("LAVA_RESULT_DIR", results)
    var command = Environment.value("SHELL").words
    command.append(Bytes("-e"))
    command.append(script)
    let status = interruption.run(command, for: invocation.name)
    TestShell.record(status, in: results, "return_code")
    journal?.append(record: JournalText.ended(.run, of: name, status: status))
  }

  /// Runs install.sh.
  ///
  /// - Returns: whether run.sh may follow.
  private mutating func install(_ folder: Bytes, _ name: Bytes, _ results: Bytes) -> Bool {
    let script = File.path(folder, "install.sh")
    if !File.exists(script) { return true }
    // Android has no /bin/sh: its shell is the job's.
    var shell = Bytes("/bin/sh")
    if !File.exists(shell) { shell = Board.shell() }
    let status = interruption.run([shell, script], for: invocation.name)
    TestShell.record(status, in: results, "install_return_code")
    journal?.append(record: JournalText.ended(.install, of: name, status: status))
    if interruption.isAsked() { return false }
    if status != 0 { Signal.send(Bytes("<LAVA_TEST_RUNNER INSTALL_FAIL>")) }
    return status == 0
  }
}
