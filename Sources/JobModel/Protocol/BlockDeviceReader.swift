// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Job {
  /// The port at which a `to: nbd` deploy offers its root file system; nil for one that is free (`port: auto`).
  package var blockDevicePort: Int? { protocols["lava-xnbd"]?["port"]?.int }
}

extension Reading {
  /// Checks `protocols.lava-xnbd` of the job (spec jobs §1), which LAVA needs beside a deploy `to: nbd`.
  func checkBlockDevice(_ top: inout MappingReader, _ actions: [JobAction]) {
    // What it is beside a mapping is told where it is read.
    if case .mapping? = top.node("protocols")?.content, var protocols = top.mapping("protocols"),
      protocols.has("lava-xnbd")
    {
      guard var block = protocols.mapping("lava-xnbd") else { return }
      _ = portNumber(&block, "port", orWord: "auto")
      _ = block.node("timeout").flatMap { timeout($0, what: "the timeout of 'lava-xnbd'", isBounded: false) }
      block.close()
      return
    }
    for action in actions {
      guard case .deploy(let deploy) = action.body, deploy.target == .nbd else { continue }
      report(
        .warning,
        "no-xnbd-protocol",
        "LAVA takes 'to: nbd' only in a job with the protocol 'lava-xnbd'",
        at: action.common.node,
        expected: "protocols: {lava-xnbd: {port: auto}}"
      )
    }
  }

  /// The number of a TCP port.
  ///
  /// - Parameter word: what may stand there instead.
  /// - Returns: nil where there is none, or the word.
  func portNumber(_ reader: inout MappingReader, _ key: String, orWord word: String? = nil) -> Int? {
    let expected = (word.map { "\($0), or " } ?? "") + "a number from 1 to 65535"
    if let word { reader.offer([word], for: key) }
    guard let node = reader.node(key, expected: expected) else { return nil }
    switch node.value {
    case .int(let number) where (1...65535).contains(number): return number
    case .string(let text) where text == word: break
    default: refuse(node, of: "'\(key)'", expected: expected)
    }
    return nil
  }
}
