// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Files
import NIOCore
import NIOPosix
import Synchronization
import TFTP

/// Serves the files of one job to its boards by TFTP: read-only, exactly the published names, nothing else of the host.
package final class TFTPServer: Service {
  /// What is published, by the name that boards ask for.
  fileprivate final class Shelf: Sendable {
    private let paths = Mutex<[String: String]>([:])

    func put(_ path: String, as name: String) { paths.withLock { $0[name] = path } }

    /// The file of a name; bootloaders write names with and without a slash in front.
    func path(of name: String) -> String? {
      let plain = String(name.drop { $0 == "/" })
      return paths.withLock { $0[plain] }
    }
  }

  /// Where boot loaders expect it (RFC 1350); the kernel keeps it for root.
  package static let wellKnownPort = 69

  private let shelf: Shelf
  private let channel: any Channel
  /// The port that boards send requests to.
  package let port: Int

  private init(shelf: Shelf, channel: any Channel, port: Int) {
    self.shelf = shelf
    self.channel = channel
    self.port = port
  }

  /// Starts listening.
  ///
  /// - Parameters:
  ///   - address: one of the host's own addresses.
  ///   - port: 69 is what bootloaders expect, and the kernel keeps it for root; 0 lets the system choose.
  ///   - report: is told what was sent, and what was refused, in a sentence each.
  package static func start(
    address: String,
    port: Int,
    report: @escaping @Sendable (String) -> Void
  ) async throws(Failure) -> TFTPServer {
    let shelf = Shelf()
    do {
      let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(TFTPRequestHandler(shelf: shelf, report: report))
          }
        }
        .bind(host: address, port: port)
        .get()
      return TFTPServer(shelf: shelf, channel: channel, port: channel.localAddress?.port ?? port)
    } catch {
      throw Failure(
        .infrastructure,
        "tftp-server",
        "the TFTP server cannot listen on \(address), port \(port)",
        advice:
          "Ports below 1024 need root or CAP_NET_BIND_SERVICE; another TFTP server on this host may have the port.",
        cause: "\(error)"
      )
    }
  }

  /// Makes a file available under `name`, as bootloaders are told it, without a slash in front.
  package func publish(_ path: String, as name: String) { shelf.put(path, as: name) }

  /// Stops taking requests. Transfers that are under way end by themselves.
  package func stop() async {
    // A channel that is closed already has nothing left to stop.
    try? await channel.close().get()
  }
}

/// Takes requests and starts a transfer, on a port of its own, for each.
private final class TFTPRequestHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  /// More at once than any lab's boards need; what comes above is told to try again.
  private static let mostTransfers = 256

  private let shelf: TFTPServer.Shelf
  private let report: @Sendable (String) -> Void
  /// The clients that a transfer is under way to: a request that is sent again starts no second one.
  private var clients: Set<SocketAddress> = []

  init(shelf: TFTPServer.Shelf, report: @escaping @Sendable (String) -> Void) {
    self.shelf = shelf
    self.report = report
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    let client = envelope.remoteAddress
    do throws(TFTPError) {
      switch try TFTPPacket(envelope.data.readableBytesView) {
      case .request(let request):
        guard !clients.contains(client) else { return }
        try answer(request, of: client, context: context)
      case .error: break
      case .acknowledgement, .data, .optionAcknowledgement:
        throw TFTPError(.illegalOperation, "transfers begin with a request")
      }
    } catch {
      report("TFTP: \(client) was refused: \(error.message)")
      let bytes = context.channel.allocator.buffer(bytes: TFTPPacket.bytes(of: error))
      context.writeAndFlush(wrapOutboundOut(AddressedEnvelope(remoteAddress: client, data: bytes)), promise: nil)
    }
  }

  private func answer(
    _ request: TFTPRequest,
    of client: SocketAddress,
    context: ChannelHandlerContext
  ) throws(TFTPError) {
    guard request.operation == .read else { throw TFTPError(.accessViolation, "nothing can be written here") }
    guard clients.count < Self.mostTransfers else { throw TFTPError(.notDefined, "too many transfers, try again") }
    guard let path = shelf.path(of: request.fileName) else {
      // Boot loaders print this, and devices have 'File not found' among their error messages.
      throw TFTPError(.fileNotFound, "File not found: there is no '\(request.fileName.prefix(200))' here")
    }
    let source = try TFTPSource(path, mode: request.mode)
    let transfer = TFTPTransfer(try TFTPTerms(for: request, size: source.size), size: source.size)
    clients.insert(client)
    let name = request.fileName
    let report = report
    let started = DatagramBootstrap(group: context.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            TFTPTransferHandler(transfer, from: source, to: client, name: name, report: report)
          )
        }
      }
      .bind(host: context.localAddress?.ipAddress ?? "0.0.0.0", port: 0)
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    started.flatMap { $0.closeFuture }.whenComplete { _ in bound.value.clients.remove(client) }
    started.whenFailure { report("TFTP: no port for \(client): \($0)") }
  }
}
