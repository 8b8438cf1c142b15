// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Paths as text: nothing here looks at the disk, except for the working directory.
package enum Paths {
  /// The path from the root, without `.`, `..` and double slashes.
  ///
  /// - Parameter base: what a relative path starts from; the working directory where it is nil.
  package static func absolute(_ path: String, from base: String? = nil) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return normalize(path) }
    return normalize(join(base.map { absolute($0) } ?? workingDirectory(), path))
  }

  /// The same path without `.`, double slashes, a slash at its end, and `..` where a name stands before it. As text
  /// only: where that name is a symbolic link to a folder elsewhere, the result is another file.
  package static func normalize(_ path: String) -> String {
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    if isAbsolute { return "/" + joined }
    return joined.isEmpty ? "." : joined
  }

  /// `folder/name`; an absolute `name` is taken as it is.
  package static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || name.utf8.first == UInt8(ascii: "/") { return name }
    return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }

  /// The last part of a path, as `basename` prints it.
  package static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? (path.isEmpty ? "" : "/")
  }

  /// What a path's last part stands in, as `dirname` prints it.
  package static func folder(of path: String) -> String {
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    let parts = path.split(separator: "/").dropLast()
    if parts.isEmpty { return isAbsolute ? "/" : "." }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }

  /// The process's working directory; `.` where it has been removed.
  package static func workingDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }
}
