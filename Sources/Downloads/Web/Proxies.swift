// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Which servers are asked through a proxy: the environment's `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in
/// lower case or, where that is not set, in upper case.
package struct Proxies: Sendable {
  /// A proxy, and who uses it.
  struct Proxy: Sendable, Hashable {
    var host: String
    var port: Int
    var user: String?
    var password: String?
  }

  private let variables: [String: String]

  /// No proxy at all.
  package static let none = Proxies { _ in nil }

  /// - Parameter environment: a variable's value.
  package init(_ environment: (String) -> String? = DownloadCache.variable) {
    var variables: [String: String] = [:]
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
      // HTTP_PROXY is what a web server makes of a request's header "Proxy": it is not believed (CVE-2016-5385).
      let value = environment(name) ?? (name == "http_proxy" ? nil : environment(name.uppercased()))
      if let value, !value.isEmpty { variables[name] = value }
    }
    self.variables = variables
  }

  /// The proxy for a server; nil where it is asked directly.
  ///
  /// - Throws: a configuration failure for a variable that names no proxy.
  func proxy(for address: WebAddress) throws(Failure) -> Proxy? {
    let name = "\(address.scheme.rawValue)_proxy"
    guard let (variable, text) = [name, "all_proxy"].lazy.compactMap({ key in variables[key].map { (key, $0) } }).first
    else { return nil }
    guard !isExcepted(address) else { return nil }
    guard let proxy = Self.proxy(text) else {
      throw Failure(
        .configuration,
        "proxy",
        "\(variable) is '\(MaskedURL.text(text))', which names no HTTP proxy",
        advice: "Set it to http://host:port, or put '\(address.host)' into no_proxy."
      )
    }
    return proxy
  }

  private static func proxy(_ text: String) -> Proxy? {
    guard let address = WebAddress(text.contains("://") ? text : "http://\(text)"), address.scheme == .http else {
      return nil
    }
    guard let info = address.userInfo else { return Proxy(host: address.host, port: address.port) }
    let parts = info.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return Proxy(host: address.host, port: address.port, user: parts[0], password: parts.count > 1 ? parts[1] : "")
  }

  /// Whether `no_proxy` names the server: `*`, a name with all below it, an address, a block of IPv4 addresses; each
  /// may have a port.
  private func isExcepted(_ address: WebAddress) -> Bool {
    let items = (variables["no_proxy"] ?? "").split { $0 == "," || $0 == " " }
    return items.contains { item in
      if item == "*" { return true }
      if let block = IPv4Block(item) { return block.contains(address.host) }
      // An IPv6 address has colons and no port without brackets.
      let isBareAddress = item.first != "[" && item.count { $0 == ":" } > 1
      guard let (host, port) = isBareAddress ? (item.lowercased(), nil) : WebAddress.hostAndPort(item),
        port == nil || port == address.port
      else { return false }
      let name = host.hasPrefix(".") ? String(host.dropFirst()) : host
      return address.host == name || address.host.hasSuffix(".\(name)")
    }
  }
}

/// `10.0.0.0/8`
private struct IPv4Block {
  private let network: UInt32
  private let mask: UInt32

  init?(_ text: Substring) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let network = Self.address(parts[0]), let bits = Int(parts[1]), 0...32 ~= bits else {
      return nil
    }
    self.network = network
    mask = bits == 0 ? 0 : UInt32.max << (32 - bits)
  }

  func contains(_ host: String) -> Bool { Self.address(host[...]).map { $0 & mask == network & mask } ?? false }

  private static func address(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard let part else { return nil }
      value = value << 8 | UInt32(part)
    }
    return value
  }
}
