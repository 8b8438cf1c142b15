// SPDX-License-Identifier: Apache-2.0

internal import CPosix
internal import Diagnostics
internal import Glibc

/// A folder that becomes a root file system: every path is looked up inside it, whatever links are in there.
struct RootFolder: ~Copyable {
  private let descriptor: Int32
  private let path: String
  /// The folder that was used last; archives have their entries folder by folder.
  private var lastFolder: (path: String, descriptor: Int32)?

  /// - Parameter path: a folder that is there.
  init(_ path: String) throws(Failure) {
    let opened = Glibc.open(path, cposix_path_only | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw Self.failure("open", path, errno) }
    descriptor = opened
    self.path = path
  }

  deinit {
    if let lastFolder { close(lastFolder.descriptor) }
    close(descriptor)
  }

  /// The descriptor of a folder, which is made with those above it where it is missing; valid until the next call.
  mutating func folder(_ parts: ArraySlice<Substring>) throws(Failure) -> Int32 {
    let wanted = parts.joined(separator: "/")
    if let lastFolder, lastFolder.path == wanted { return lastFolder.descriptor }
    var found = openFolder(wanted)
    if found == -ENOENT {
      for count in 1...max(1, parts.count) { try makeFolder(parts.prefix(count)) }
      found = openFolder(wanted)
    }
    guard found >= 0 else { throw Self.failure("open", wanted, -found) }
    if let lastFolder { close(lastFolder.descriptor) }
    lastFolder = (wanted, found)
    return found
  }

  /// Opens what stands at a path, links followed inside the root.
  ///
  /// - Returns: a descriptor that the caller closes, or minus an errno.
  func open(inside path: String, flags: Int32) -> Int32 {
    cposix_open_in_root(descriptor, path.isEmpty ? "." : path, flags, 0)
  }

  private func openFolder(_ path: String) -> Int32 { open(inside: path, flags: cposix_path_only | O_DIRECTORY) }

  private func makeFolder(_ parts: ArraySlice<Substring>) throws(Failure) {
    guard let name = parts.last else { return }
    let parent = openFolder(parts.dropLast().joined(separator: "/"))
    guard parent >= 0 else { throw Self.failure("open", parts.dropLast().joined(separator: "/"), -parent) }
    defer { close(parent) }
    guard mkdirat(parent, String(name), 0o755) == 0 || errno == EEXIST else {
      throw Self.failure("make", parts.joined(separator: "/"), errno)
    }
  }

  static func failure(_ action: String, _ path: String, _ code: Int32) -> Failure {
    let advice = code == ENOSPC || code == EDQUOT ? "Make room on that file system, or choose another place." : nil
    return Failure(
      .infrastructure,
      code == ENOSPC || code == EDQUOT ? "disk-full" : "root-file-access",
      "cannot \(action) '\(path)' in the root file system",
      advice: advice,
      cause: String(cString: strerror(code))
    )
  }
}
