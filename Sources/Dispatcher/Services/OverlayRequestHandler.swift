// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import TFTP

/// What a path of an ``OverlayServer`` stands for.
enum ServedContent: Sendable {
  case bytes(ByteBuffer)
  /// A file of this host, by its path.
  case file(String)
}

/// Answers the requests of one connection.
final class OverlayRequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// How much of a file is in memory for each connection.
  private static let pieceSize = 1 << 18

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
      return respond(.methodNotAllowed, length: 0, to: request, context: context)
    }
    let path = String(request.uri.prefix { $0 != "?" })
    switch shelf.content(at: path) {
    case nil: respond(.notFound, length: 0, to: request, context: context)
    case .bytes(let bytes):
      begin(.ok, length: bytes.readableBytes, to: request, context: context)
      if request.method == .GET { context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
      end(request, context: context)
    case .file(let path):
      let source: TFTPSource
      do throws(TFTPError) {
        source = try TFTPSource(path, mode: .octet)
      } catch {
        // It is gone, or no file: to the board the same.
        return respond(.notFound, length: 0, to: request, context: context)
      }
      begin(.ok, length: source.size, to: request, context: context)
      if request.method == .GET {
        send(source, from: 0, to: request, context: context)
      } else {
        end(request, context: context)
      }
    }
  }

  /// Sends a file piece by piece, the next when the one before has left: a slow board holds one piece in memory.
  private func send(_ source: TFTPSource, from offset: Int, to request: HTTPRequestHead, context: ChannelHandlerContext)
  {
    let count = min(Self.pieceSize, source.size - offset)
    guard count > 0 else { return end(request, context: context) }
    var piece = context.channel.allocator.buffer(capacity: count)
    // A file that became shorter cannot be told of any more: the connection ends before its length.
    guard source.append(to: &piece, from: offset, count: count) else { return context.close(promise: nil) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece)))).whenSuccess {
      let (handler, context) = bound.value
      handler.send(source, from: offset + count, to: request, context: context)
    }
  }

  private func respond(
    _ status: HTTPResponseStatus,
    length: Int,
    to request: HTTPRequestHead,
    context: ChannelHandlerContext
  ) {
    begin(status, length: length, to: request, context: context)
    end(request, context: context)
  }

  private func begin(
    _ status: HTTPResponseStatus,
    length: Int,
    to request: HTTPRequestHead,
    context: ChannelHandlerContext
  ) {
    var headers = HTTPHeaders([("Content-Length", String(length)), ("Content-Type", "application/octet-stream")])
    if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: request.version, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func end(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
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
