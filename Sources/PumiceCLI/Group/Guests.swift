// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Multinode
import Pipeline
import Synchronization

/// The nodes of a group that are logins to the board of another: they end when that one does. A connection with a board
/// that was switched off is silent, and would count as broken only after 75 seconds.
final class Guests: Sendable {
  /// How a host comes to be no host any more.
  enum Loss {
    /// Something has stopped its job; its board is about to be switched off.
    case failed(Failure)
    /// Its job is over, and its board off. Until then guests may still come to their ends.
    case ended
  }

  /// By the role of their hosts, each of which has one node (spec multinode §1).
  private let runners = Mutex<[String: [PipelineRunner]]>([:])

  /// Takes a guest up, which has not begun.
  ///
  /// - Parameter host: the role to whose board it is a login.
  func take(_ guest: PipelineRunner, of host: String) { runners.withLock { $0[host, default: []].append(guest) } }

  /// Stops the guests of a node, if it has some; what they are told first counts.
  func lose(_ host: GroupMember, which loss: Loss) {
    let guests = runners.withLock { $0.removeValue(forKey: host.role) } ?? []
    for guest in guests { guest.stop(because: loss.failure(of: host)) }
  }
}

extension Guests.Loss {
  /// What the guests of a node end of: the same kind of trouble, for it is the same.
  fileprivate func failure(of host: GroupMember) -> Failure {
    switch self {
    case .failed(let failure):
      // Neither is it a bug of theirs, nor is it their time that is over.
      let isOwn = failure.kind == .bug || failure.kind == .timeout
      return Failure(
        isOwn ? .infrastructure : failure.kind,
        "host-failed",
        "the board of \(host) is gone: \(failure.message)",
        advice: "Look at the job of \(host)."
      )
    case .ended:
      return Failure(
        .job,
        "host-ended",
        "the board of \(host) is gone: its job has come to its end, and the board was switched off",
        advice: "Let \(host) wait for its guests: both end with the same 'lava-sync'."
      )
    }
  }
}
