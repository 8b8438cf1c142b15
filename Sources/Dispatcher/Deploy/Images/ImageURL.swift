// SPDX-License-Identifier: Apache-2.0

import Files

/// An image's URL, as far as Pumice understands it: a path relative to the job's file, or a URL with a scheme.
struct ImageURL {
  /// LAVA's name of the way to fetch it.
  let scheme: String
  /// What follows the scheme and its slashes.
  let path: String

  /// LAVA's name of the action that fetches it.
  var actionName: String {
    switch scheme {
    case "https": "http-download"
    case "downloads": "pre-downloaded"
    default: "\(scheme)-download"
    }
  }

  /// Whether it names a file of this host.
  var isLocal: Bool { scheme == "file" }

  /// Whether it is fetched from a server.
  var isWeb: Bool { scheme == "http" || scheme == "https" }

  /// Whether Pumice fetches what has such a URL.
  var isSupported: Bool { isLocal || isWeb || scheme == "downloads" }

  init(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
      scheme = "file"
      path = text
      return
    }
    scheme = String(text[..<colon])
    let rest = text[text.index(after: colon)...]
    path = String(rest.hasPrefix("//") ? rest.dropFirst(2) : rest)
  }

  /// The name of the file where it arrives: the last part of the path, without what only a server understands.
  ///
  /// - Parameter isUnpacked: it loses its last suffix then, if it has one (spec jobs §5.1).
  /// - Returns: nil where the path has no name.
  func fileName(isUnpacked: Bool) -> String? {
    let plain = isWeb ? String(path.prefix { $0 != "?" && $0 != "#" }) : path
    // Of a server without a path, its name is none of a file.
    guard !isWeb || plain.contains("/") else { return nil }
    var name = plain.hasSuffix("/") ? "" : Paths.name(of: plain)
    if isUnpacked, let dot = name.lastIndex(of: "."), dot != name.startIndex { name = String(name[..<dot]) }
    return name.isEmpty || name == "." || name == ".." ? nil : name
  }
}
