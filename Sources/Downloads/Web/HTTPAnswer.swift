// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// What a server says; the body is taken piece by piece while the connection is open.
struct HTTPAnswer {
  let status: HTTPResponseStatus
  let headers: HTTPHeaders
  /// The next piece of the body; nil at its end. Throws where it breaks off before that.
  let nextPiece: () async throws -> ByteBuffer?

  /// The value of a header; nil where it is missing or empty.
  func header(_ name: String) -> String? { headers.first(name: name).flatMap { $0.isEmpty ? nil : $0 } }
}
