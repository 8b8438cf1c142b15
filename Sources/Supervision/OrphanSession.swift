// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Glibc

/// The processes of a session whose owner is gone.
///
/// The number of a session is given to another only when no process of it is left. So it is the one that is meant as
/// long as its leader is the process that was meant; where that is gone, as long as a process of it is older than the
/// owner's death; and after that as long as it was never seen empty.
struct OrphanSession: Hashable {
  let leader: Int32
  let startTime: UInt64
  /// When the owner was gone at the latest, in ticks.
  let death: UInt64

  /// How long processes may take to end when they are asked to, and when they are killed, in milliseconds.
  private static let (politeness, killWait) = (1000, 5000)
  /// How often newcomers are looked for, in milliseconds.
  private static let interval = 100

  /// In ticks.
  static var now: UInt64 { cposix_ticks() }

  /// Ends sessions, all at once: TERM, a second, KILL.
  ///
  /// - Returns: the numbers of the processes that are left after all that.
  static func end(_ sessions: [OrphanSession]) -> [Int32] {
    var open = sessions.filter(\.isStillMeant)
    for (number, wait) in [(SIGTERM, politeness), (SIGKILL, killWait)] {
      let deadline = ContinuousClock.now + .milliseconds(wait)
      var signaled: Set<Int32> = []
      while true {
        let members = members(of: &open)
        defer { members.forEach { close($0.pidfd) } }
        guard !members.isEmpty else { return [] }
        for member in members where signaled.insert(member.pid).inserted {
          _ = cposix_signal(member.pidfd, number)
          // A stopped process would not notice.
          _ = cposix_signal(member.pidfd, SIGCONT)
        }
        guard ContinuousClock.now < deadline else { break }
        waitForAny(members)
      }
    }
    let left = members(of: &open)
    left.forEach { close($0.pidfd) }
    return left.map(\.pid)
  }

  /// The living processes of sessions; those that have none any more leave the list. The caller closes their descriptors.
  private static func members(of sessions: inout [OrphanSession]) -> [cposix_member] {
    var found: [cposix_member] = []
    sessions.removeAll { session in
      let members = session.members
      found += members
      return members.isEmpty
    }
    return found
  }

  private static func waitForAny(_ members: [cposix_member]) {
    var watched = members.map { pollfd(fd: $0.pidfd, events: Int16(POLLIN), revents: 0) }
    poll(&watched, nfds_t(watched.count), Int32(interval))
  }

  private var isStillMeant: Bool {
    let leaderStart = cposix_start_time(leader)
    if leaderStart != 0 { return leaderStart == startTime }
    let members = members
    defer { members.forEach { close($0.pidfd) } }
    return members.contains { $0.start_time <= death }
  }

  private var members: [cposix_member] {
    [cposix_member](unsafeUninitializedCapacity: 256) { buffer, count in
      count = cposix_session_members(leader, buffer.baseAddress, buffer.count)
    }
  }
}
