// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// `file-server.py`: serves files over HTTP on the loopback, and misbehaves as the words of a path say.
package final class FileServer: Sendable {
  /// How long it may take to start, in seconds.
  private static let limit = 60

  package let folder = TemporaryFolder()
  package let port: Int
  private let certificate: String?
  private let process: HostProcess

  /// Starts it, and waits until it listens.
  ///
  /// - Parameter certificate: a PEM file with a certificate and its key; it speaks TLS then.
  package init(certificate: String? = nil) async {
    mkdir(folder.file("files"), 0o755)
    let script = "\(#filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined())/file-server.py"
    process = HostProcess(["/usr/bin/env", "python3", script, folder.path] + (certificate.map { [$0] } ?? []))
    let isListening = await process.waitForErrors("listening", limit: Self.limit)
    precondition(isListening, "the server does not start")
    port = Int(String(decoding: bytes(of: folder.file("port")), as: UTF8.self)) ?? 0
    self.certificate = certificate
  }

  deinit { process.signal(SIGKILL) }

  /// Ends it, and waits until nobody listens any more.
  package func stop() async {
    process.signal(SIGKILL)
    _ = await process.ending(limit: Self.limit)
  }

  /// The URL of a path, which has no slash at its beginning.
  package func url(_ path: String) -> String { "\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)/\(path)" }

  /// Puts a file up to be served.
  package func serve(_ content: [UInt8], as name: String) {
    let stream = fopen(folder.file("files/\(name)"), "w")!
    _ = content.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
    fclose(stream)
  }

  /// What it was asked, a line each.
  package var requests: [String] {
    String(decoding: bytes(of: folder.file("requests")), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
