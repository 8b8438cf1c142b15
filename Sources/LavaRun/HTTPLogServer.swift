// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Dispatcher
internal import NIOCore
internal import NIOHTTP1

/// A LAVA server, over HTTP or HTTPS.
struct HTTPLogServer: LogServer {
  /// For the whole of a request and its answer (spec results-and-log §6).
  private static let timeout = TimeAmount.seconds(120)
  /// The longest answer that is read; LAVA's are below 100 bytes, an error page of a proxy may be longer.
  private static let answerLimit = 1 << 20

  private let client: HTTPClient
  private let url: String
  private let token: String

  /// - Parameters:
  ///   - url: the server's address, as the worker has it.
  ///   - jobID: digits.
  init(url: String, token: String, jobID: String) {
    var base = url
    while base.hasSuffix("/") { base.removeLast() }
    self.url = "\(base)/scheduler/internal/v1/jobs/\(jobID)/logs/"
    self.token = token
    // A redirect would take the token to another server, and the lines nowhere.
    client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
  }

  /// Closes the connections.
  func close() async {
    // Nothing depends on an orderly end: every request has had its answer, or was given up.
    try? await client.shutdown()
  }

  func post(_ lines: ArraySlice<UInt8>, index: Int) async throws(LogServerSilence) -> LogResponse {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers = [
      "LAVA-Token": token,
      "User-Agent": "lava \(PumiceVersion.number) (pumice)",
      "Accept": "application/json",
      "Content-Type": "application/x-www-form-urlencoded",
    ]
    request.body = .bytes(ByteBuffer(bytes: Self.form(lines, index: index)))
    do {
      let response = try await client.execute(request, timeout: Self.timeout)
      let body = try await response.body.collect(upTo: Self.answerLimit)
      return LogResponse(status: Int(response.status.code), body: String(buffer: body))
    } catch {
      throw LogServerSilence(reason: "\(error)")
    }
  }

  /// `lines=…&index=…`, form-encoded (WHATWG URL, "application/x-www-form-urlencoded serializing").
  static func form(_ lines: ArraySlice<UInt8>, index: Int) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var form = Array("lines=".utf8)
    form.reserveCapacity(lines.count * 2 + 32)
    for byte in lines {
      switch byte {
      case UInt8(ascii: " "): form.append(UInt8(ascii: "+"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        form.append(byte)
      default: form += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return form + Array("&index=\(index)".utf8)
  }
}
