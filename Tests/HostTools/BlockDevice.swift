// SPDX-License-Identifier: Apache-2.0

/// `nbd-client.py`: a network block device as a board sees it.
package struct BlockDevice: Sendable {
  package let address: String
  package let port: Int
  /// Of the export.
  package var name = ""

  package init(address: String = "127.0.0.1", port: Int) {
    self.address = address
    self.port = port
  }

  /// The file of the client.
  package static let client =
    "\(#filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined())/nbd-client.py"

  /// Its size in bytes; nil where nobody serves it.
  package var size: Int? { answer(["size"]).flatMap { Int($0) } }

  /// Bytes of it in hexadecimal digits.
  package func read(_ offset: Int, _ length: Int) -> String? { answer(["read", "\(offset)", "\(length)"]) }

  /// - Returns: whether it has taken them.
  package func write(_ hexadecimal: String, at offset: Int) -> Bool {
    answer(["write", "\(offset)", hexadecimal]) != nil
  }

  private func answer(_ question: [String]) -> String? {
    let result = run(["/usr/bin/env", "python3", Self.client, address, "\(port)", name] + question)
    return result.status == 0 ? result.output.split(separator: "\n").first.map { String($0) } ?? "" : nil
  }
}
