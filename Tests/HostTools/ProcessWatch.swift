// SPDX-License-Identifier: Apache-2.0

internal import CPosix
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Finds the processes that a program has started, and theirs, wherever they have gone: by a variable of their
/// environment, and by the process namespaces that they have opened.
package final class ProcessWatch: Sendable {
  /// A namespace, kept open so that its number is not given to another.
  private struct Namespace {
    let descriptor: Int32
    let inode: ino_t
  }

  /// To be set in the program's environment.
  package let environment: [String: String]
  private let mark: [UInt8]
  private let namespaces = Mutex<[Namespace]>([])

  package init() {
    let value = String(UInt64.random(in: .min ... .max), radix: 36)
    environment = ["PUMICE_TEST_MARK": value]
    mark = Array("PUMICE_TEST_MARK=\(value)".utf8)
  }

  deinit { namespaces.withLock { $0.forEach { close($0.descriptor) } } }

  /// Remembers the namespaces that the program has opened by now. A process in there may have another environment.
  package func holdNamespaces() {
    let own = Self.inode("/proc/self/ns/pid")
    namespaces.withLock { namespaces in
      for pid in Self.all where isMarked(pid) {
        let descriptor = open("/proc/\(pid)/ns/pid_for_children", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { continue }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_ino != own,
          !namespaces.contains(where: { $0.inode == status.st_ino })
        else {
          close(descriptor)
          continue
        }
        namespaces.append(Namespace(descriptor: descriptor, inode: status.st_ino))
      }
    }
  }

  /// How many namespaces are held.
  package var namespaceCount: Int { namespaces.withLock(\.count) }

  /// The processes that are there now: number and command line. Not those that have ended and only wait for their
  /// parent to notice.
  package var living: [(pid: Int32, command: String)] {
    let held = namespaces.withLock { $0.map(\.inode) }
    return Self.all.filter { pid in
      isMarked(pid) || Self.inode("/proc/\(pid)/ns/pid").map { held.contains($0) && !Self.hasEnded(pid) } ?? false
    }.map { pid in
      let words = bytes(of: "/proc/\(pid)/cmdline").split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return (pid, words.joined(separator: " "))
    }
  }

  /// Waits until none is there any more.
  ///
  /// - Parameter limit: in seconds.
  /// - Returns: the command lines of those that are there after all.
  package func settled(limit: Int) async -> [String] {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "process-watch").async { [self] in
        let deadline = ContinuousClock.now + .seconds(limit)
        while let first = living.first, ContinuousClock.now < deadline {
          let process = cposix_process_open(first.pid)
          guard process >= 0 else { continue }
          var watched = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
          poll(&watched, 1, Int32(max((deadline - .now) / .milliseconds(1), 0)))
          close(process)
        }
        continuation.resume(returning: living.map(\.command))
      }
    }
  }

  private func isMarked(_ pid: Int32) -> Bool {
    bytes(of: "/proc/\(pid)/environ").split(separator: 0).contains { $0.elementsEqual(mark) }
  }

  /// Whether it is a zombie (proc(5), the third field of `stat`).
  private static func hasEnded(_ pid: Int32) -> Bool {
    let status = bytes(of: "/proc/\(pid)/stat")
    guard let name = status.lastIndex(of: UInt8(ascii: ")")) else { return true }
    return [UInt8(ascii: "Z"), UInt8(ascii: "X")].contains(status.dropFirst(name + 2).first)
  }

  private static var all: [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let pid = Int32(name) { found.append(pid) }
    }
    return found
  }

  private static func inode(_ path: String) -> ino_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_ino : nil
  }
}
