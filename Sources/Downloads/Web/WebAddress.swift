// SPDX-License-Identifier: Apache-2.0

/// An `http` or `https` URL (RFC 3986), in the form in which it is asked for: without a fragment, without a user, and
/// with everything escaped that must be.
struct WebAddress: Sendable, Hashable {
  enum Scheme: String { case http, https }

  private(set) var scheme: Scheme
  /// Lower case; an IPv6 address without its brackets.
  private(set) var host: String
  private(set) var port: Int
  /// Path and query; begins with a slash.
  private(set) var target: String
  /// `user:password` as the URL had it, escapes undone.
  private(set) var userInfo: String?

  /// - Returns: nil where the text is no such URL.
  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()) else {
      return nil
    }
    let rest = text[text.index(after: colon)...]
    guard rest.hasPrefix("//") else { return nil }
    let body = rest.dropFirst(2)
    let end = body.firstIndex { "/?#".contains($0) } ?? body.endIndex
    self.scheme = scheme
    target = Self.target(body[end...])
    var authority = body[..<end]
    if let at = authority.lastIndex(of: "@") {
      userInfo = Self.unescaped(authority[..<at])
      authority = authority[authority.index(after: at)...]
    }
    guard let (host, port) = Self.hostAndPort(authority) else { return nil }
    self.host = host
    self.port = port ?? scheme.defaultPort
  }

  /// What a `Location` of this address's answer leads to (RFC 3986 §5.2).
  ///
  /// - Returns: nil where that is no `http` or `https` URL.
  func redirected(to location: String) -> WebAddress? {
    if let colon = location.firstIndex(of: ":"), !location[..<colon].contains(where: { "/?#".contains($0) }) {
      return WebAddress(location)
    }
    if location.hasPrefix("//") { return WebAddress("\(scheme.rawValue):\(location)") }
    var next = self
    next.userInfo = nil
    let path = target.prefix { $0 != "?" }
    switch location.first {
    case "/": next.target = Self.target(location[...])
    case "?": next.target = Self.target("\(path)\(location)"[...])
    case nil, "#": next.target = target
    default: next.target = Self.target("\(path[...(path.lastIndex(of: "/") ?? path.startIndex)])\(location)"[...])
    }
    return next
  }

  /// Whether what is meant for this server may also go to `other`: the same one, or the same host behind TLS.
  func sharesSecrets(with other: WebAddress) -> Bool {
    guard host == other.host else { return false }
    if scheme == other.scheme { return port == other.port }
    return scheme == .http && other.scheme == .https && hasDefaultPort && other.hasDefaultPort
  }

  private var hasDefaultPort: Bool { port == scheme.defaultPort }

  /// `host:port` as it stands in a URL and a `Host` header.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return hasDefaultPort ? name : "\(name):\(port)"
  }

  /// The whole URL, without the user.
  var text: String { "\(scheme.rawValue)://\(authority)\(target)" }
}

extension WebAddress.Scheme {
  var defaultPort: Int {
    switch self {
    case .http: 80
    case .https: 443
    }
  }
}

// Parts of a URL.
extension WebAddress {
  /// `host`, `host:port`, `[v6]`, `[v6]:port`; nil where it is none of them.
  static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
    var host = authority
    var port: Substring = ""
    if authority.first == "[" {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<close]
      let rest = authority[authority.index(after: close)...]
      guard rest.isEmpty || rest.first == ":", host.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else {
        return nil
      }
      port = rest.dropFirst()
    } else if let colon = authority.lastIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
      guard host.utf8.allSatisfy(isNameByte) else { return nil }
    } else {
      guard host.utf8.allSatisfy(isNameByte) else { return nil }
    }
    guard !host.isEmpty else { return nil }
    if port.isEmpty { return (host.lowercased(), nil) }
    guard port.allSatisfy(\.isNumber), let number = Int(port), 1...65535 ~= number else { return nil }
    return (host.lowercased(), number)
  }

  /// Letters, digits and what names of hosts have between them.
  private static func isNameByte(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || "-._~".utf8.contains(byte) }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }

  /// Path and query of what follows the host: dot segments taken out of the path (RFC 3986 §5.2.4), the fragment left
  /// off, what may not stand in a URL escaped. Escapes that are there stay as they are.
  private static func target(_ text: Substring) -> String {
    let whole = text.prefix { $0 != "#" }
    let path = whole.prefix { $0 != "?" }
    var segments: [Substring] = []
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      switch part {
      case ".", "..":
        if part == ".." { _ = segments.popLast() }
        if isLast { segments.append("") }
      default: segments.append(part)
      }
    }
    return escaped("/" + segments.joined(separator: "/") + whole[path.endIndex...])
  }

  private static func escaped(_ text: String) -> String {
    let allowed = Array("-._~!$&'()*+,;=:@/?[]".utf8)
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let isEscape = byte == UInt8(ascii: "%") && rest.count > 1 && rest.prefix(2).allSatisfy(isHexDigit)
      if isAlphanumeric(byte) || allowed.contains(byte) || isEscape {
        bytes.append(byte)
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        bytes += (hex.count == 1 ? "%0\(hex)" : "%\(hex)").utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text with its `%XX` undone; one that is no escape stays.
  static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count > 1, rest.prefix(2).allSatisfy(isHexDigit),
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension WebAddress {
  /// Whether a text begins as a URL of any scheme does: a path with a colon in its first part is none.
  static func scheme(of text: String) -> String? {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://"), colon != text.startIndex,
      text[..<colon].utf8.allSatisfy({ isAlphanumeric($0) || "+-.".utf8.contains($0) })
    else { return nil }
    return text[..<colon].lowercased()
  }
}
