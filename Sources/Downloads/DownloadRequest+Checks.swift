// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc

// What can be wrong with a request, and with what it brings.

extension DownloadRequest {
  /// Where a file is.
  enum Place {
    case file(String)
    case web(WebAddress)
  }

  /// The URL without what gives access.
  var shownURL: String { MaskedURL.text(url) }

  /// - Throws: for a URL that is none, or that Pumice does not fetch.
  func place() throws(Failure) -> Place {
    if let address = WebAddress(url) { return .web(address) }
    switch WebAddress.scheme(of: url) {
    case nil: return .file(url)
    case "file": return .file(String(url.dropFirst("file://".count)))
    case "http", "https":
      throw Failure(
        .job,
        "bad-url",
        "'\(shownURL)' is not a valid URL",
        advice: "Write it as http://host/path or http://host:port/path."
      )
    case let scheme?:
      throw Failure(
        .job,
        "not-supported",
        "'\(shownURL)' cannot be fetched: Pumice fetches http, https and file, and not \(scheme)",
        advice: "Fetch it yourself and give its path."
      )
    }
  }

  /// A file of this host, and its size in bytes.
  func open(_ source: String) throws(Failure) -> OpenFile {
    var information = stat()
    // Not a pipe, which would be waited for until somebody writes to it.
    guard FileSystem.kind(of: source) == .file, let file = Descriptor(source, O_RDONLY),
      fstat(file.number, &information) == 0
    else {
      throw Failure(
        .job,
        "missing-file",
        "'\(source)' does not exist or is not readable",
        advice: "Check the path; it has to be a regular file."
      )
    }
    return OpenFile(file: file, size: Int(information.st_size))
  }

  /// - Throws: where a sum is not the expected one.
  func check(_ sums: ContentSums) throws(Failure) {
    guard let (expected, got) = sums.mismatch(with: checksums) else { return }
    throw Failure(
      .job,
      "checksum",
      // LAVA's words (spec jobs §5.1).
      "\(expected.algorithm.rawValue) for '\(shownURL)' does not match.",
      advice: "Correct the sum, or find out why the file is another one: the sum is that of the file as it is served, "
        + "before it is unpacked.",
      cause: "expected \(expected.hex), got \(got.hex)"
    )
  }

  /// Headers that belong to the transfer itself.
  private static let ownHeaders: Set<String> = [
    "connection", "content-length", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since",
    "range", "te", "trailer", "transfer-encoding", "upgrade",
  ]

  /// - Throws: for headers that are none, or that only the downloader may set.
  func checkHeaders() throws(Failure) {
    for (name, value) in headers {
      guard Self.isToken(name), value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
        throw Failure(
          .job,
          "bad-header",
          "'\(name)' in the 'headers' of '\(shownURL)' has a name or a value that HTTP does not allow",
          advice: "Names are letters, digits and '-'; values are one line."
        )
      }
      guard !Self.ownHeaders.contains(name.lowercased()) else {
        throw Failure(
          .job,
          "bad-header",
          "'\(name)' in the 'headers' of '\(shownURL)' is set by Pumice itself",
          advice: "Leave it out."
        )
      }
    }
  }

  /// RFC 9110 §5.6.2.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
  }
}

/// A file of this host, opened for reading.
struct OpenFile: ~Copyable {
  let file: Descriptor
  /// In bytes.
  let size: Int
}
