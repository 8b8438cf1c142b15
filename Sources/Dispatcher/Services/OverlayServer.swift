// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves the files that one job's boards fetch over HTTP: GET and HEAD of exactly the published paths, and nothing
/// else of the host.
package final class OverlayServer: Service {
  /// What is published, by path from the root of the server.
  final class Shelf: Sendable {
    private let files = Mutex<[String: ServedContent]>([:])

    func put(_ content: ServedContent, at path: String) { files.withLock { $0[path] = content } }

    func content(at path: String) -> ServedContent? { files.withLock { $0[path] } }
  }

  private let shelf: Shelf
  private let channel: any Channel
  /// The port that the system chose.
  package let port: Int

  private init(shelf: Shelf, channel: any Channel, port: Int) {
    self.shelf = shelf
    self.channel = channel
    self.port = port
  }

  /// Starts listening on a port that the system chooses.
  ///
  /// - Parameter address: one of the host's own addresses.
  package static func start(address: String) async throws(Failure) -> OverlayServer {
    let shelf = Shelf()
    do {
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.backlog, value: 16)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(OverlayRequestHandler(shelf: shelf))
          }
        }
        .bind(host: address, port: 0)
        .get()
      return OverlayServer(shelf: shelf, channel: channel, port: channel.localAddress?.port ?? 0)
    } catch {
      throw Failure(
        .infrastructure,
        "http-server",
        "the HTTP server for the overlay cannot listen on \(address)",
        advice: "Set 'dispatcher_ip' in the device file to an address of this host that the board can reach.",
        cause: "\(error)"
      )
    }
  }

  /// Makes bytes available under `path`, which starts with a slash.
  package func publish(_ bytes: [UInt8], at path: String) { shelf.put(.bytes(ByteBuffer(bytes: bytes)), at: path) }

  /// Makes a file available under `path`, which starts with a slash; it is read while it is sent.
  package func publish(file: String, at path: String) { shelf.put(.file(file), at: path) }

  /// Stops listening. Connections that are open end when their peers close them.
  package func stop() async {
    // A channel that is closed already has nothing left to stop.
    try? await channel.close().get()
  }
}
