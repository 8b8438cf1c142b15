// SPDX-License-Identifier: Apache-2.0

package import Archives

/// What is to be fetched, and as what it has to arrive (spec jobs §5).
package struct DownloadRequest: Sendable {
  /// `http`, `https` or `file`; a text without a scheme is a path. A relative path starts at the working directory.
  package var url: String
  /// Headers of the request. They are taken for secrets: they go to the URL's own server only, wherever that redirects,
  /// and into no log.
  package var headers: [(name: String, value: String)] = []
  /// Of the bytes as they are served, before they are unpacked. All of them are compared.
  package var checksums: [Checksum] = []
  /// How to unpack the file on its way.
  package var compression: Compression?
  /// Whether what earlier downloads have left may be used. What this one brings is kept in any case.
  package var usesCache = true
  /// The most bytes that the file may have where it arrives, unpacked; what the disk has room for where it is nil.
  package var sizeLimit: Int?

  package init(_ url: String) { self.url = url }
}

/// What a download came to.
package struct Downloaded: Sendable, Hashable {
  /// Where the bytes came from.
  package enum Source: Sendable, Hashable {
    /// A file of this host.
    case file
    /// The cache, without a request: the job says the file's checksum.
    case cache
    /// The cache: the server said that it still has the same file.
    case unchanged
    case server
  }

  package var source: Source
  /// In bytes, as served.
  package var size: Int
  /// Of the bytes as served, in hexadecimal digits.
  package var sha256: String
  /// In bytes, as it lies where it was put.
  package var unpackedSize: Int
}

/// What a download is doing. Sent when something changes, and while bytes arrive a few times a second.
package enum DownloadProgress: Sendable, Hashable {
  /// Another download of the same URL is running, in this process or in another: it is waited for.
  case waiting
  /// Bytes arrive. `total` is what the server says that the file has.
  case receiving(Int, total: Int?)
  /// The transfer broke or was refused, and is tried again after `pause`.
  case retrying(reason: String, pause: Duration)
  /// An earlier transfer is continued from this byte.
  case resuming(Int)
  /// The server says that the copy in the cache is up to date.
  case unchanged
}
