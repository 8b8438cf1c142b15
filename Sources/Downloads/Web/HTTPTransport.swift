// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Diagnostics
internal import Dispatch
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Asks servers, one question at a time, each over a connection of its own. Redirects are not followed here.
struct HTTPTransport: Sendable {
  let proxies: Proxies
  /// How long a server may take to accept a connection.
  let connectTimeout: Duration
  /// How long it may say nothing.
  let idleTimeout: Duration
  /// A file of certificates (PEM) that are trusted in the place of the system's.
  let certificates: String?

  /// Sends a GET or HEAD and hands the answer to `receive`, whose `Failure`s come through as they are.
  func exchange<Value: Sendable>(
    _ method: HTTPMethod,
    _ address: WebAddress,
    _ headers: [(name: String, value: String)],
    _ receive: (HTTPAnswer) async throws -> Value
  ) async throws(TransferTrouble) -> Value {
    let proxy: Proxies.Proxy?
    do throws(Failure) {
      proxy = try proxies.proxy(for: address)
    } catch {
      throw .final(error)
    }
    do {
      if let proxy, address.scheme == .http {
        let exchange = ProxiedExchange(
          proxy: proxy,
          connectTimeout: TimeAmount(connectTimeout),
          idleTimeout: TimeAmount(idleTimeout)
        )
        return try await exchange.run(method, address, HTTPHeaders(headers), receive)
      }
      var request = HTTPClientRequest(url: address.text)
      request.method = method
      request.headers = HTTPHeaders(headers)
      let client = HTTPClient(configuration: configuration(proxy))
      // Not waited for: a connection that is just being made would keep even those who were canceled.
      defer { client.shutdown { _ in } }
      // The task's cancellation ends it; the server's silence is watched by the idle timeout.
      let response = try await client.execute(request, deadline: .distantFuture)
      var body = response.body.makeAsyncIterator()
      return try await receive(
        HTTPAnswer(status: response.status, headers: response.headers) { try await body.next(isolation: #isolation) }
      )
    } catch {
      throw TransferTrouble(
        error,
        of: address,
        at: proxy.map { "the proxy \($0.host):\($0.port)" } ?? address.authority
      )
    }
  }

  private func configuration(_ proxy: Proxies.Proxy?) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(connectTimeout), read: TimeAmount(idleTimeout))
    )
    // Trying again is the caller's, who says so in the log.
    configuration.connectionPool.retryConnectionEstablishment = false
    if let certificates {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(certificates)
      configuration.tlsConfiguration = tls
    }
    configuration.proxy = proxy.map { .server(host: $0.host, port: $0.port, authorization: $0.authorization) }
    return configuration
  }
}

extension Proxies.Proxy {
  var authorization: HTTPClient.Authorization? {
    user.map { .basic(username: $0, password: password ?? "") }
  }
}
