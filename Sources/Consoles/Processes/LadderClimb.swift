// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Glibc

/// How far a program's teardown has come. The pump's thread drives it.
final class LadderClimb {
  /// How long killed processes may take to vanish; one that hangs in the kernel never does.
  private static let killWait = Duration.seconds(5)

  private var steps: ArraySlice<TeardownLadder.Step>
  private var isKilling = false
  /// The living processes that were seen last.
  private var members: [cposix_member] = []
  /// When the next step is due.
  private(set) var deadline = ContinuousClock.now
  private(set) var isDone = false

  init(_ ladder: TeardownLadder) { steps = ladder.steps[...] }

  /// Becomes readable when one of the processes ends.
  var descriptors: [Int32] { members.map(\.pidfd) }

  /// Skips what is left of the ladder but the kill.
  func hurry() {
    steps = []
    if !isKilling { deadline = .now }
  }

  /// Looks whether the processes are gone, and else takes the next step once it is due.
  ///
  /// - Returns: what is to be typed.
  func advance(_ child: borrowing some ConsoleSource & ~Copyable) -> [UInt8] {
    guard !isDone else { return [] }
    rescan(child)
    if members.isEmpty, child.isGone {
      isDone = true
      return []
    }
    guard ContinuousClock.now >= deadline else {
      // Whoever was born since the kill goes the same way.
      if isKilling { child.signal(SIGKILL, members: members) }
      return []
    }
    if isKilling {
      isDone = true
      return []
    }
    return takeStep(child)
  }

  private func takeStep(_ child: borrowing some ConsoleSource & ~Copyable) -> [UInt8] {
    switch steps.popFirst() {
    case .type(let bytes, let wait):
      deadline = .now + wait
      return bytes
    case .signal(let number, let wait):
      deadline = .now + wait
      child.signal(number, members: members)
      // A stopped process would not notice.
      child.signal(SIGCONT, members: members)
    case nil:
      isKilling = true
      deadline = .now + Self.killWait
      child.signal(SIGKILL, members: members)
    }
    return []
  }

  private func rescan(_ child: borrowing some ConsoleSource & ~Copyable) {
    forgetMembers()
    members = child.members()
  }

  private func forgetMembers() {
    members.forEach { close($0.pidfd) }
    members = []
  }

  deinit { members.forEach { close($0.pidfd) } }
}
