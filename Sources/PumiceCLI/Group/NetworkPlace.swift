// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CoordinatorService

/// `HOST:PORT`, `[ADDRESS]:PORT`, or `HOST` with LAVA's port for coordinators.
struct NetworkPlace: ExpressibleByArgument {
  let host: String
  let port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    var host = Substring(argument)
    var port = CoordinatorServer.usualPort
    if let colon = argument.lastIndex(of: ":"), argument[argument.index(after: colon)...].allSatisfy(\.isNumber) {
      guard let number = Int(argument[argument.index(after: colon)...]), 0...65535 ~= number else { return nil }
      host = argument[..<colon]
      port = number
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: port)
  }

  var defaultValueDescription: String { "\(host):\(port)" }
}
