// SPDX-License-Identifier: Apache-2.0

/// What the host makes of the signals of one start of the runner, in the board's order: LAVA's test shell (spec signals
/// §2–4, 7, 8) as a value that is fed and says what to do. It knows no clock, no console and no log; a live run and a recorded one use
/// the same.
///
/// Every call hands its effects to `emit`, in order. After ``ShellEffect/finished`` or ``ShellEffect/failed(_:)``
/// nothing counts any more.
package struct TestShellMachine: Sendable {
  /// A result that is due when the definition, or the stage, does not end as it should.
  enum Pending: Sendable {
    case run(definition: String, uuid: String)
    case stage
  }

  let configuration: Configuration
  /// Whether the test shell is over.
  package private(set) var isOver = false
  /// The suite that results belong to; stays behind ENDRUN.
  var definition = ""
  /// Of the current run; stays behind ENDRUN; `nil` before the first STARTRUN.
  var uuid: String?
  /// Since when the current run, or the failed stage, is open.
  var startedAt: Duration?
  var pending: Pending?
  var testSet: String?
  var fixups = TestShellMachine.defaultFixups
  var hasPattern = false
  var expected: Set<String>?
  var report: [ShellReport.Entry] = []
  /// Where a case stands in ``report``.
  var reportIndex: [String: Int] = [:]
  /// Cases of runs that were left without ENDRUN, for those with expected ones.
  var unended: [String: Set<String>] = [:]
  var endedSuites: Set<String> = []
  /// Whether the end of a run that did not arrive may still be learned from the journal: the run is set aside until the
  /// test shell is over.
  var setsRunsAside = false
  /// Runs that were left without ENDRUN.
  var runsAside: [OpenRun] = []
  /// Names that were told to be invalid.
  var toldNames: Set<String> = []
  private var files = FileAssembly()
  /// What LAVA collects while the runner goes on.
  private var errors: [String] = []

  package init(_ configuration: Configuration) { self.configuration = configuration }

  /// Takes a signal that the board made, in its order.
  package mutating func feed(
    _ signal: ScannedSignal,
    _ integrity: SignalIntegrity,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) {
    guard !isOver else { return }
    if signal.kind == .multinode, !configuration.isMultinode {
      if let inner = signal.innerSignals.last { feed(inner, integrity, at: now, emit) }
      return
    }
    if signal.kind == .signal {
      if !configuration.lavaVerdicts, TerminalBytes.hasControls(signal.bytes),
        let plain = signal.with(text: TerminalBytes.plain(signal.bytes))
      {
        return feed(plain, integrity, at: now, emit)
      }
      log(signal, emit)
    }
    switch signal.kind {
    case .runnerExit:
      emit(.log(.info, "ok: lava_test_shell seems to have completed"))
      conclude(at: now, emit)
    case .installFailed:
      failStage(at: now, emit)
    case .multinode:
      let call = MultinodeCall(signal)
      emit(.log(.debug, "Received Multi_Node API <LAVA_\(call.name)>"))
      emit(.multinode(call, result(of: call, integrity, emit)))
    case .signal:
      handle(signal, integrity, at: now, emit)
    case .journal:
      break
    }
  }

  /// Takes a match of the current definition's `parse` pattern.
  package mutating func feed(match: ParsePatternMatch, at now: Duration, _ emit: (ShellEffect) -> Void) {
    guard !isOver, hasPattern else { return }
    do throws(ShellFailure) {
      try report(match, emit)
    } catch {
      fail(error, at: now, emit)
    }
  }

  /// Takes the end of the board's output. What is open is closed.
  ///
  /// For `.timeout` and `.canceled` neither ``ShellEffect/finished`` nor ``ShellEffect/failed(_:)`` is emitted: the
  /// caller has a failure of its own.
  package mutating func end(_ reason: EndReason, at now: Duration, _ emit: (ShellEffect) -> Void) {
    guard !isOver else { return }
    switch reason {
    case .endOfStream:
      fail(ShellFailure(.connectionClosed, "Connection closed"), at: now, emit)
    case .prompt:
      emit(.log(.warning, "The end of the test runner was not seen: the prompt of the shell is back without it"))
      conclude(at: now, emit)
    case .timeout, .canceled:
      close(at: now, emit)
    }
  }

  /// Says what came, but for the contents of files.
  private func log(_ signal: ScannedSignal, _ emit: (ShellEffect) -> Void) {
    let words = signal.isFilePiece ? SignalWords(signal.parameters) : nil
    if let words, words.count == 4 {
      let head = "Received signal: <\(signal.name)> \(words[0]) \(words[1]) \(words[2])"
      emit(.log(.debug, "\(head) (\(words.ranges[3].count) characters)"))
    } else {
      emit(.log(.debug, Self.text("Received signal: <", signal.nameBytes, "> ", signal.parameters)))
    }
  }

  private mutating func handle(
    _ signal: ScannedSignal,
    _ integrity: SignalIntegrity,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) {
    let words = SignalWords(signal.parameters, mayBeEscaped: !configuration.lavaVerdicts)
    do throws(ShellFailure) {
      switch signal.name {
      case "STARTRUN": try startRun(words, at: now, emit)
      case "ENDRUN": try endRun(words, at: now, emit)
      case "STARTTC": mark(words, .start, emit)
      case "ENDTC": mark(words, .end, emit)
      case "TESTCASE": try reportCase(words, integrity, emit)
      case "TESTSET": try changeSet(words, emit)
      case "TESTREFERENCE": try reportReference(words, integrity, emit)
      case "TESTRAISE": throw ShellFailure(.test, words.sentence)
      case "TESTFEEDBACK": requestFeedback(words, emit)
      case "TESTEVENT": emit(.log(.event, words.sentence))
      case "TESTFILE" where !configuration.lavaVerdicts: takeFile(words, emit)
      default: break
      }
    } catch {
      fail(error, at: now, emit)
    }
  }

  private mutating func failStage(at now: Duration, _ emit: (ShellEffect) -> Void) {
    emit(.log(.error, "Unable to start stage \(configuration.stage). Read the log for more details."))
    errors.append("Unable to start test stage \(configuration.stage)")
    if case .run = pending { closeOverwritten(at: now, emit) }
    startedAt = now
    pending = .stage
  }

  private mutating func takeFile(_ words: SignalWords, _ emit: (ShellEffect) -> Void) {
    do throws(FileAssembly.Trouble) {
      if let file = try files.take(words, suite: uuid == nil ? nil : definition) { emit(.file(file)) }
    } catch {
      emit(.log(.warning, error.message))
    }
  }

  private mutating func fail(_ failure: ShellFailure, at now: Duration, _ emit: (ShellEffect) -> Void) {
    close(at: now, emit)
    emit(.failed(failure))
  }

  private mutating func conclude(at now: Duration, _ emit: (ShellEffect) -> Void) {
    testSet = nil
    close(at: now, emit)
    let list = "[" + errors.map(PythonText.quoted).joined(separator: ", ") + "]"
    emit(errors.isEmpty ? .finished : .failed(ShellFailure(.test, list)))
  }

  private mutating func close(at now: Duration, _ emit: (ShellEffect) -> Void) {
    for name in files.unfinished { emit(.log(.warning, "the file '\(name)' is left out: it did not come to its end")) }
    closeRunsAside(emit)
    closePending(at: now, emit)
    isOver = true
  }
}

extension ScannedSignal {
  /// Whether it carries a piece of a file.
  fileprivate var isFilePiece: Bool { isNamed("TESTFILE") }
}

// MARK: Text

extension TestShellMachine {
  /// Joins pieces of UTF-8 in one allocation; bytes that are no UTF-8 are replaced.
  static func text(
    _ first: StaticString,
    _ second: ArraySlice<UInt8>,
    _ third: StaticString,
    _ fourth: ArraySlice<UInt8>
  ) -> String {
    let count = first.utf8CodeUnitCount + second.count + third.utf8CodeUnitCount + fourth.count
    return String(unsafeUninitializedCapacity: count) { buffer in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var end = 0
      func add(_ piece: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyMemory(from: piece)
        end += piece.count
      }
      first.withUTF8Buffer { add(UnsafeRawBufferPointer($0)) }
      second.withUnsafeBytes { add($0) }
      third.withUTF8Buffer { add(UnsafeRawBufferPointer($0)) }
      fourth.withUnsafeBytes { add($0) }
      return end
    }
  }
}
