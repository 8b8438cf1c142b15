// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Files

/// Where a git repository is, checked: what git is told, and what may be shown.
package struct GitAddress: Sendable, Hashable {
  /// What git gets as its argument: a URL, `host:path` or an absolute path. What a URL has before an `@` is not in it where
  /// that may be a password.
  package let location: String
  /// As the job says it, without a password that stands in it.
  package let shown: String
  /// Whether it is a folder of this host.
  package let isLocal: Bool
  /// What must not get into a log.
  package let secrets: [String]
  /// The header that a server of HTTP gets, in the place of a password in the URL.
  let authorization: String?

  /// The ways that git may take to a repository. Every other one would start a program that the URL names.
  static let protocols = ["file", "git", "http", "https", "ssh"]

  /// - Parameters:
  ///   - text: as the job says it.
  ///   - folder: where a relative path starts.
  ///   - variables: what `$NAME` and `${NAME}` stand for (spec test-shell §5.1); what is not known stays as it is.
  /// - Throws: `git-url` for what is no address, or one that git would take for an option or a program.
  package init(
    _ text: String,
    from folder: String,
    variables: (String) -> String? = { _ in nil }
  ) throws(Failure) {
    let expanded = Self.expand(text, variables)
    guard !expanded.isEmpty, !expanded.hasPrefix("-"), expanded.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw Self.refusal(text, "is not the address of a git repository")
    }
    if let separator = expanded.firstRange(of: "://") {
      try self.init(url: expanded, separator, text)
    } else if Self.isRemote(expanded) {
      guard !expanded.contains("::") else { throw Self.refusal(text, "names a program that git would start") }
      self.init(location: expanded, shown: text, isLocal: false)
    } else {
      self.init(location: Paths.absolute(expanded, from: folder), shown: text, isLocal: true)
    }
  }

  /// An address as it may be shown: a URL of HTTP without the user and the password that stand in it. Where a variable
  /// stands for them it is shown.
  package static func shown(_ text: String) -> String {
    guard let separator = text.firstRange(of: "://"), text.lowercased().hasPrefix("http") else { return text }
    let host = text[separator.upperBound...].prefix { $0 != "/" }
    guard let at = host.lastIndex(of: "@"), !host[..<at].contains("$") else { return text }
    return String(text[..<separator.upperBound] + text[text.index(after: at)...])
  }

  private init(url: String, _ separator: Range<String.Index>, _ text: String) throws(Failure) {
    let scheme = url[..<separator.lowerBound].lowercased()
    guard Self.protocols.contains(scheme) else {
      throw Self.refusal(text, "has the scheme '\(scheme)', which Pumice does not hand to git")
    }
    if scheme == "file" {
      let path = String(url[separator.upperBound...])
      guard path.hasPrefix("/") else { throw Self.refusal(text, "names no absolute path") }
      self.init(location: Paths.normalize(path), shown: text, isLocal: true)
      return
    }
    let body = url[separator.upperBound...]
    let host = body.prefix { $0 != "/" }
    guard !host.hasPrefix("-"), !host.isEmpty else { throw Self.refusal(text, "names no host") }
    guard scheme.hasPrefix("http"), let at = host.lastIndex(of: "@") else {
      self.init(location: url, shown: text, isLocal: false)
      return
    }
    let user = Self.decoded(String(host[..<at]))
    let header = "Authorization: Basic " + Base64.text(of: Array((user.contains(":") ? user : "\(user):").utf8))
    let rest = "\(scheme)://\(body[host.index(after: at)...])"
    self.init(
      location: rest,
      shown: Self.shown(text),
      isLocal: false,
      secrets: Self.secrets(user, String(host[..<at])),
      authorization: header
    )
  }

  private init(
    location: String,
    shown: String,
    isLocal: Bool,
    secrets: [String] = [],
    authorization: String? = nil
  ) {
    self.location = location
    self.shown = shown
    self.isLocal = isLocal
    self.secrets = secrets
    self.authorization = authorization
  }

  /// Whether a text without `://` is git's `[user@]host:path` (git-clone(1), "GIT URLS"), or `helper::address`.
  private static func isRemote(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":") else { return false }
    return !text[..<colon].contains("/")
  }

  private static func refusal(_ text: String, _ what: String) -> Failure {
    Failure(
      .job,
      "git-url",
      "the git repository '\(text)' \(what)",
      advice: "Use a URL (\(protocols.joined(separator: ", "))), 'user@host:path', or the path of a folder."
    )
  }

  /// What of a URL's user and password is secret. A user alone is a token, unless it is short: `git`, not to be masked
  /// wherever a log has the word.
  private static func secrets(_ user: String, _ encoded: String) -> [String] {
    guard let colon = user.firstIndex(of: ":") else { return user.utf8.count < 8 ? [] : [user] }
    let password = String(user[user.index(after: colon)...])
    return [encoded, user, password].filter { $0.utf8.count >= 4 }
  }

  /// Undoes `%XX` in a user or a password.
  private static func decoded(_ text: String) -> String {
    let parts = text.split(separator: "%", omittingEmptySubsequences: false)
    var bytes = Array(parts[0].utf8)
    for part in parts.dropFirst() {
      if part.utf8.count >= 2, let byte = UInt8(part.prefix(2), radix: 16) {
        bytes += [byte] + Array(part.dropFirst(2).utf8)
      } else {
        bytes += Array("%\(part)".utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

// MARK: - Variables

extension GitAddress {
  /// Replaces `$NAME` and `${NAME}`, as Python's `os.path.expandvars` does.
  private static func expand(_ text: String, _ variables: (String) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      let behind = rest[rest.index(after: dollar)...]
      let name: Substring
      let end: Substring.Index
      if behind.hasPrefix("{"), let brace = behind.firstIndex(of: "}") {
        name = behind[..<brace].dropFirst()
        end = behind.index(after: brace)
      } else {
        name = behind.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
        end = name.endIndex
      }
      result += name.isEmpty ? "$" : variables(String(name)) ?? String(rest[dollar..<end])
      rest = name.isEmpty ? behind : rest[end...]
    }
    return result + rest
  }
}

// MARK: - Addresses in repositories

extension GitAddress {
  /// The address that a file of the repository names, such as that of a submodule. A relative one (`../other`) starts at
  /// the repository's own, as git has it (gitmodules(5), `submodule.<name>.url`).
  ///
  /// - Throws: as `init`; and for a path of this host in a repository that is not on this host, which would have a
  ///   stranger read it.
  package func neighbour(_ url: String) throws(Failure) -> GitAddress {
    let address = try GitAddress(url.hasPrefix("./") || url.hasPrefix("../") ? relative(url) : url, from: "/")
    guard isLocal || !address.isLocal else { throw Self.localRefusal(url, in: shown) }
    // The password is for the server of the repository that it was given with.
    guard let authorization, address.authorization == nil, address.origin == origin else { return address }
    return GitAddress(
      location: address.location,
      shown: address.shown,
      isLocal: false,
      secrets: secrets,
      authorization: authorization
    )
  }

  package static func localRefusal(_ url: String, in repository: String) -> Failure {
    refusal(url, "is a path of this host, and '\(repository)' that names it is not on this host")
  }

  /// Scheme and host.
  private var origin: Substring {
    guard let separator = location.firstRange(of: "://") else { return "" }
    return location[..<(location[separator.upperBound...].firstIndex(of: "/") ?? location.endIndex)]
  }

  private func relative(_ url: String) -> String {
    var base = location[...]
    while base.hasSuffix("/") { base = base.dropLast() }
    var rest = url[...]
    while true {
      if rest.hasPrefix("./") {
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix("../") {
        rest = rest.dropFirst(3)
        base = base[..<(base.lastIndex { $0 == "/" || $0 == ":" } ?? base.startIndex)]
      } else {
        return "\(base)/\(rest)"
      }
    }
  }
}
