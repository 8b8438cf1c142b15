// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves the files that one job's boards fetch over HTTP: GET and HEAD of exactly the published paths, and nothing
/// else of the host.
package final class OverlayServer: Sendable {
  /// What is published, by path from the root of the server.
  fileprivate final class Shelf: Sendable {
    private let files = Mutex<[String: ByteBuffer]>([:])

    func put(_ bytes: [UInt8], at path: String) { files.withLock { $0[path] = ByteBuffer(bytes: bytes) } }

    func file(at path: String) -> ByteBuffer? { files.withLock { $0[path] } }
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
            try channel.pipeline.syncOperations.addHandler(RequestHandler(shelf: shelf))
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

  /// Makes a file available under `path`, which starts with a slash.
  package func publish(_ bytes: [UInt8], at path: String) { shelf.put(bytes, at: path) }

  /// Stops listening. Connections that are open end when their peers close them.
  package func stop() async {
    // A channel that is closed already has nothing left to stop.
    try? await channel.close().get()
  }
}

/// Answers the requests of one connection.
private final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let shelf: OverlayServer.Shelf
  private var request: HTTPRequestHead?

  init(shelf: OverlayServer.Shelf) { self.shelf = shelf }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = head
    case .body: break
    case .end:
      guard let request else { return }
      self.request = nil
      answer(request, context: context)
    }
  }

  private func answer(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
    guard request.method == .GET || request.method == .HEAD else {
      return respond(.methodNotAllowed, body: nil, length: 0, to: request, context: context)
    }
    let path = String(request.uri.prefix { $0 != "?" })
    guard let file = shelf.file(at: path) else {
      return respond(.notFound, body: nil, length: 0, to: request, context: context)
    }
    let body = request.method == .GET ? file : nil
    respond(.ok, body: body, length: file.readableBytes, to: request, context: context)
  }

  private func respond(
    _ status: HTTPResponseStatus,
    body: ByteBuffer?,
    length: Int,
    to request: HTTPRequestHead,
    context: ChannelHandlerContext
  ) {
    var headers = HTTPHeaders([("Content-Length", String(length)), ("Content-Type", "application/octet-stream")])
    if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: request.version, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
    if request.isKeepAlive {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    } else {
      let channel = context.channel
      context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A peer that sends nonsense or goes away costs its own connection only.
    context.close(promise: nil)
  }
}
