// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// `console-server.py`: a line to a board, over TCP or telnet, which drops when it is told to.
package final class ConsoleServer: Sendable {
  package enum Kind: String, Sendable { case tcp, telnet }

  package let port: Int
  package let process: HostProcess

  /// Starts it, and waits until it listens.
  ///
  /// - Parameters:
  ///   - board: the program behind the line; without one the server answers itself.
  ///   - environment: on top of this process's.
  package init?(_ kind: Kind, board: [String] = [], environment: [String: String] = [:]) async {
    let script = #filePath.replacing("ConsoleServer.swift", with: "console-server.py")
    let command = ["/usr/bin/env", "python3", script, kind.rawValue] + board
    process = HostProcess(command, environment: environment)
    guard await process.waitForErrors("\n", limit: 60) else { return nil }
    let words = process.errorsSoFar.split(separator: "\n").first?.split(separator: " ") ?? []
    guard words.count == 2, words[0] == "listening", let port = Int(words[1]) else { return nil }
    self.port = port
  }

  /// As a device names it.
  package func address(_ kind: Kind) -> String { "\(kind.rawValue)://127.0.0.1:\(port)" }
}
