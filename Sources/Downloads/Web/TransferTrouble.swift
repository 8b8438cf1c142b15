// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Diagnostics
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

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

  /// - Parameters:
  ///   - address: what was asked for.
  ///   - peer: who was asked, in words.
  init(_ error: any Error, of address: WebAddress, at peer: String) {
    if Task.isCancelled || error is CancellationError {
      self = .final(.downloadCanceled)
      return
    }
    switch error {
    case let trouble as TransferTrouble: self = trouble
    case let failure as Failure: self = .final(failure)
    case let error as NIOConnectionError: self = .passing(reason: Self.words(error, peer))
    case let error as HTTPClientError: self = Self.trouble(error, address, peer)
    case let error as HTTPParserError where error == .invalidEOFState: self = .passing(reason: Self.broken)
    case let error as IOError:
      let isBroken = [ECONNRESET, EPIPE].contains(error.errnoCode)
      let words = String(cString: strerror(error.errnoCode))
      self = .passing(reason: isBroken ? Self.broken : "no connection to \(peer): \(words)")
    case let error as ChannelError where [.eof, .ioOnClosedChannel, .alreadyClosed].contains(error):
      self = .passing(reason: Self.broken)
    case let error as NIOSSLError: self = Self.trouble(error, address)
    default: self = .passing(reason: "\(error)")
    }
  }

  private static let broken = "the connection was closed in the middle of the file"

  private static func trouble(_ error: HTTPClientError, _ address: WebAddress, _ peer: String) -> TransferTrouble {
    switch error {
    case .connectTimeout: .passing(reason: "\(peer) does not accept a connection in time")
    case .readTimeout: .passing(reason: "\(peer) has said nothing for too long")
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

  private static func words(_ error: NIOConnectionError, _ peer: String) -> String {
    guard let failure = error.connectionErrors.last else {
      return "no address is known of \(peer): \(error.dnsAError.map { "\($0)" } ?? "there is none")"
    }
    let words = (failure.error as? IOError).map { String(cString: strerror($0.errnoCode)) }
    return "no connection to \(peer): \(words ?? "\(failure.error)")"
  }
}
