// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A line to a board that is spoken without another program: `telnet://rack-2:7007`, `tcp://rack-2:7007`,
/// `serial:///dev/ttyUSB0?baud=115200`.
package enum LineAddress: Sendable, Hashable {
  /// The bytes of a connection as they are.
  case tcp(host: String, port: UInt16)
  /// The same with telnet's commands in between (RFC 854).
  case telnet(host: String, port: UInt16)
  /// A serial port of this host.
  case serial(path: String, SerialSettings)

  private static let schemes = ["telnet", "tcp", "serial"]

  /// Whether a connection command is an address rather than a program.
  package static func isMeant(by text: String) -> Bool { schemes.contains { text.hasPrefix("\($0)://") } }

  /// - Throws: `line-address`, kind `configuration`.
  package init(_ text: String) throws(Failure) {
    guard let scheme = Self.schemes.first(where: { text.hasPrefix("\($0)://") }) else {
      throw Self.wrong(text, "it has none of the schemes \(Self.schemes.joined(separator: ", "))")
    }
    let rest = text.dropFirst(scheme.utf8.count + 3)
    if scheme == "serial" {
      let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts[0].hasPrefix("/"), parts[0].utf8.count > 1, !parts[0].utf8.contains(0) else {
        throw Self.wrong(text, "a serial port is an absolute path: serial:///dev/ttyUSB0")
      }
      let settings = try SerialSettings(parts.count > 1 ? String(parts[1]) : "", of: text)
      self = .serial(path: String(parts[0]), settings)
      return
    }
    guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
      throw Self.wrong(text, "it has no port: \(scheme)://HOST:PORT")
    }
    var host = rest[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw Self.wrong(text, "an IPv6 address stands in brackets: \(scheme)://[::1]:7007")
    }
    guard !host.isEmpty, !host.contains(where: { "/?#@[]".contains($0) || $0.isWhitespace || $0 == "\0" }) else {
      throw Self.wrong(text, "it has no name of a host: \(scheme)://HOST:PORT")
    }
    self = scheme == "tcp" ? .tcp(host: String(host), port: port) : .telnet(host: String(host), port: port)
  }

  static func wrong(_ text: String, _ why: String) -> Failure {
    Failure(
      .configuration,
      "line-address",
      "'\(text)' is no address of a console: \(why)",
      advice: "Correct commands.connect, or the device's 'connections', in the device file."
    )
  }
}

extension LineAddress: CustomStringConvertible {
  /// As it is written, with the defaults of a serial port left out.
  package var description: String {
    switch self {
    case .tcp(let host, let port): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    case .telnet(let host, let port): "telnet://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    case .serial(let path, let settings): "serial://\(path)?baud=\(settings.baud)"
    }
  }
}
