// SPDX-License-Identifier: Apache-2.0

// CoordinatorService: a coordinator of groups for other processes and hosts, by LAVA's wire protocol, and the client of
// that protocol (spec multinode §3).

package import Diagnostics
package import Multinode
import NIOCore
import NIOPosix
package import Pipeline
import Synchronization

/// Listens for requests. Each connection carries one; whatever a peer sends or leaves out costs nobody else anything.
package final class CoordinatorServer: Sendable {
  /// What the peers may cost.
  package struct Limits: Sendable {
    /// Open connections, of all peers; held requests have one each.
    package var connections = 16_384
    /// Of one address.
    package var connectionsOfPeer = 8192
    /// How long a peer may take to say what it wants.
    package var patience = Duration.seconds(10)
    /// The longest that a request is held.
    package var longestHold = Duration.seconds(50)

    package init() {}
  }

  /// LAVA's.
  package static let usualPort = 3079

  /// How often groups that nobody uses any more are looked for.
  private static let upkeepInterval = Duration.seconds(600)

  private let channel: any Channel
  private let upkeep: Task<Void, Never>
  package let coordinator: LocalCoordinator
  /// Where it listens: `127.0.0.1:3079`.
  package let address: String
  package let port: Int

  private init(_ channel: any Channel, _ coordinator: LocalCoordinator, _ upkeep: Task<Void, Never>) {
    self.channel = channel
    self.coordinator = coordinator
    self.upkeep = upkeep
    port = channel.localAddress?.port ?? 0
    address = "\(channel.localAddress?.ipAddress ?? "?"):\(port)"
  }

  /// Starts listening.
  ///
  /// - Parameters:
  ///   - host: an address of this host.
  ///   - port: 0: one that the system chooses.
  ///   - clock: that groups grow old by.
  package static func start(
    host: String,
    port: Int,
    _ coordinator: LocalCoordinator = LocalCoordinator(),
    limits: Limits = Limits(),
    clock: any PipelineClock = SystemClock()
  ) async throws(Failure) -> CoordinatorServer {
    let census = Census(limits)
    do {
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.backlog, value: 1024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2048))
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let handler = CoordinatorConnection(coordinator, census, limits, clock)
            try channel.pipeline.syncOperations.addHandler(handler)
          }
        }
        .bind(host: host, port: port)
        .get()
      let upkeep = Task {
        // A sleep ends early only where the server stops.
        while (try? await clock.sleep(for: upkeepInterval)) != nil { coordinator.dropIdle(at: clock.now) }
      }
      return CoordinatorServer(channel, coordinator, upkeep)
    } catch {
      throw Failure(
        .infrastructure,
        "coordinator-listen",
        "the coordinator cannot listen on \(host):\(port)",
        advice: "Choose another with --listen; another coordinator may have this one.",
        cause: "\(error)"
      )
    }
  }

  /// Stops listening. Connections that are open end when their peers close them.
  package func stop() async {
    upkeep.cancel()
    // A channel that is closed already has nothing left to stop.
    try? await channel.close().get()
  }

  /// Returns when the server has stopped.
  package func wait() async {
    try? await channel.closeFuture.get()
  }
}

/// Counts the connections.
final class Census: Sendable {
  private struct Counts {
    var all = 0
    var ofPeer: [String: Int] = [:]
  }

  private let limits: CoordinatorServer.Limits
  private let counts = Mutex(Counts())

  init(_ limits: CoordinatorServer.Limits) { self.limits = limits }

  func admit(_ peer: String) -> Bool {
    counts.withLock { counts in
      guard counts.all < limits.connections, counts.ofPeer[peer, default: 0] < limits.connectionsOfPeer else {
        return false
      }
      counts.all += 1
      counts.ofPeer[peer, default: 0] += 1
      return true
    }
  }

  func dismiss(_ peer: String) {
    counts.withLock { counts in
      counts.all -= 1
      let left = counts.ofPeer[peer, default: 1] - 1
      counts.ofPeer[peer] = left == 0 ? nil : left
    }
  }
}
