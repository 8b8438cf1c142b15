// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc

/// Waits for what another program writes to a file.
package enum FileWatch {
  /// Waits until a text is in a file, which need not be there yet; its folder must be. Every file holds an empty text.
  ///
  /// - Parameter limit: in seconds.
  /// - Returns: whether it is.
  package static func waitFor(_ text: String, in path: String, limit: Int) async -> Bool {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "file-watch").async { continuation.resume(returning: wait(text, path, limit)) }
    }
  }

  private static func wait(_ text: String, _ path: String, _ limit: Int) -> Bool {
    let needle = Array(text.utf8)
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    let changes = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    precondition(changes >= 0, "no inotify for a test")
    defer { close(changes) }
    // Before the first look: nothing that is written after that is missed.
    precondition(inotify_add_watch(changes, folder, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO)) >= 0, "no \(folder)")
    let deadline = ContinuousClock.now + .seconds(limit)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while access(path, F_OK) != 0 || (!needle.isEmpty && bytes(of: path).firstRange(of: needle) == nil) {
      let left = (deadline - .now) / .milliseconds(1)
      guard left > 0 else { return false }
      var watched = pollfd(fd: changes, events: Int16(POLLIN), revents: 0)
      poll(&watched, 1, Int32(left) + 1)
      while read(changes, &buffer, buffer.count) > 0 {}
    }
    return true
  }
}
