// SPDX-License-Identifier: Apache-2.0

import Files
import Glibc

/// What is left to be done after a process that was killed. First its programs are ended, all at once; then commands are
/// run, then files removed, the last obligation first.
struct Aftermath {
  /// Between two tries of a command that fails.
  private static let pause = 1

  private let obligations: [Obligation]
  private let log: AftermathLog
  private let death = OrphanSession.now

  /// - Parameter obligations: by their numbers.
  init(_ obligations: [UInt32: Obligation], log: AftermathLog) {
    self.obligations = obligations.sorted { $0.key > $1.key }.map(\.value)
    self.log = log
  }

  func settle() {
    log.write("the job's process is gone: doing what it has left")
    endSessions()
    for case .commands(let commands) in obligations { run(commands) }
    for case .removal(let path) in obligations { remove(path) }
    log.write("done")
  }

  private func endSessions() {
    let sessions = obligations.compactMap { obligation -> OrphanSession? in
      guard case .session(let leader, let startTime) = obligation else { return nil }
      return OrphanSession(leader: leader, startTime: startTime, death: death)
    }
    let left = OrphanSession.end(sessions)
    if !left.isEmpty { log.write("processes that could not be killed: \(left)") }
  }

  private func run(_ commands: Obligation.Commands) {
    for line in commands.lines {
      for attempt in 1...max(commands.attempts, 1) {
        let outcome = AftermathCommand(line).run(seconds: commands.seconds)
        log.write("\(commands.name): \(line) \(outcome)")
        if outcome == .succeeded { break }
        if attempt == commands.attempts { log.write("\(commands.name): given up after \(attempt) tries") }
        if attempt < commands.attempts { poll(nil, 0, Int32(Self.pause * 1000)) }
      }
    }
  }

  private func remove(_ path: String) {
    do {
      try FileSystem.removeTree(path)
    } catch {
      log.write("\(error)")
    }
  }
}
