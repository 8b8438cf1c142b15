// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Diagnostics
internal import Glibc
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
    do {
      let proxy = try proxies.proxy(for: address)
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
      return try await HTTPClient.withHTTPClient(configuration: configuration(proxy)) { client in
        // The task's cancellation ends it; the server's silence is watched by the idle timeout.
        let response = try await client.execute(request, deadline: .distantFuture)
        var body = response.body.makeAsyncIterator()
        return try await receive(
          HTTPAnswer(status: response.status, headers: response.headers) { try await body.next(isolation: #isolation) }
        )
      }
    } catch {
      throw TransferTrouble(error, at: address)
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

/// Why a transfer did not get to its end.
enum TransferTrouble: Error {
  /// It may work the next time.
  ///
  /// - `after`: how long the server wants to be left alone.
  case passing(reason: String, after: Duration? = nil)
  /// It will not.
  case final(Failure)

  /// - Throws: what is final.
  func passing() throws(Failure) -> (reason: String, after: Duration?) {
    switch self {
    case .passing(let reason, let after): return (reason, after)
    case .final(let failure): throw failure
    }
  }

  init(_ error: any Error, at address: WebAddress) {
    if Task.isCancelled || error is CancellationError {
      self = .final(.downloadCanceled)
      return
    }
    switch error {
    case let trouble as TransferTrouble: self = trouble
    case let failure as Failure: self = .final(failure)
    case let error as NIOConnectionError: self = .passing(reason: Self.words(error, address))
    case let error as HTTPClientError: self = Self.trouble(error, address)
    case let error as HTTPParserError where error == .invalidEOFState: self = .passing(reason: Self.broken)
    case let error as IOError:
      let isBroken = [ECONNRESET, EPIPE].contains(error.errnoCode)
      let words = String(cString: strerror(error.errnoCode))
      self = .passing(reason: isBroken ? Self.broken : "no connection to \(address.authority): \(words)")
    case let error as ChannelError where [.eof, .ioOnClosedChannel, .alreadyClosed].contains(error):
      self = .passing(reason: Self.broken)
    case let error as NIOSSLError: self = Self.trouble(error, address)
    default: self = .passing(reason: "\(error)")
    }
  }

  private static let broken = "the connection was closed in the middle of the file"

  private static func trouble(_ error: HTTPClientError, _ address: WebAddress) -> TransferTrouble {
    switch error {
    case .connectTimeout: .passing(reason: "\(address.authority) does not accept a connection in time")
    case .readTimeout: .passing(reason: "\(address.authority) has said nothing for too long")
    case .remoteConnectionClosed: .passing(reason: broken)
    case .tlsHandshakeTimeout: .passing(reason: "\(address.authority) does not answer in TLS")
    case .proxyAuthenticationRequired:
      .final(
        Failure(
          .configuration,
          "proxy-authentication",
          "the proxy for '\(address.authority)' wants a user and a password",
          advice: "Put them into \(address.scheme.rawValue)_proxy: http://user:password@host:port."
        )
      )
    case .invalidProxyResponse: .passing(reason: "the proxy makes no connection to \(address.authority)")
    default: .passing(reason: error.description)
    }
  }

  private static func trouble(_ error: NIOSSLError, _ address: WebAddress) -> TransferTrouble {
    let words = "\(error)"
    guard words.contains("CERTIFICATE_VERIFY_FAILED") else { return .passing(reason: "TLS failed: \(words)") }
    return .final(
      Failure(
        .infrastructure,
        "certificate",
        "the certificate of '\(address.authority)' is not trusted on this host",
        advice: "Install the certificate of its authority (package ca-certificates), or name a file with it in "
          + "SSL_CERT_FILE.",
        cause: words
      )
    )
  }

  private static func words(_ error: NIOConnectionError, _ address: WebAddress) -> String {
    if let failure = error.connectionErrors.last {
      return "no connection to \(address.authority): \(failure.error)"
    }
    return "the name '\(address.host)' is not known: \(error.dnsAError.map { "\($0)" } ?? "no address")"
  }
}
