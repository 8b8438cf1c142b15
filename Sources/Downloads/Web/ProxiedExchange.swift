// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One question to a plain HTTP server by way of a proxy, which is asked with the whole URL (RFC 9112 §3.2.2). The HTTP
/// client knows only the tunnels that TLS needs, which proxies refuse for plain HTTP, and could not cache.
struct ProxiedExchange {
  let proxy: Proxies.Proxy
  let connectTimeout: TimeAmount
  let idleTimeout: TimeAmount

  func run<Value: Sendable>(
    _ method: HTTPMethod,
    _ address: WebAddress,
    _ headers: HTTPHeaders,
    _ receive: (HTTPAnswer) async throws -> Value
  ) async throws -> Value {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: address.text, headers: headers)
    head.headers.replaceOrAdd(name: "Connection", value: "close")
    if !head.headers.contains(name: "Host") { head.headers.add(name: "Host", value: address.authority) }
    if let authorization = proxy.authorization {
      head.headers.add(name: "Proxy-Authorization", value: authorization.headerValue)
    }
    return try await connect().executeThenClose { inbound, outbound in
      try await outbound.write(.head(head))
      try await outbound.write(.end(nil))
      var parts = inbound.makeAsyncIterator()
      guard case .head(let answer) = try await parts.next(isolation: #isolation) else { throw Self.noAnswer }
      return try await receive(
        HTTPAnswer(status: answer.status, headers: answer.headers) {
          switch try await parts.next(isolation: #isolation) {
          case .body(let piece): return piece
          case .end: return nil
          case .head, nil: throw HTTPParserError.invalidEOFState
          }
        }
      )
    }
  }

  private static let noAnswer = TransferTrouble.passing(reason: "the proxy closes the connection without an answer")

  private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  private func connect() async throws -> Connection {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(connectTimeout)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(IdleStateHandler(readTimeout: idleTimeout))
          try channel.pipeline.syncOperations.addHandler(SilenceHandler())
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
        }
      }
    return try await AbandonableWait<Connection>().value { wait in
      bootstrap.connect(host: proxy.host, port: proxy.port)
        .flatMapThrowing { try Connection(wrappingChannelSynchronously: $0) }
        .whenComplete { result in
          guard !wait.finish(result), case .success(let connection) = result else { return }
          connection.channel.close(promise: nil)
        }
    }
  }
}

/// Ends a connection on which nothing has come for too long.
private final class SilenceHandler: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
    context.fireErrorCaught(TransferTrouble.passing(reason: "the proxy has said nothing for too long"))
    context.close(promise: nil)
  }
}
