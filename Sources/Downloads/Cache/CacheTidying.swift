// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc

extension DownloadCache {
  /// How long the rest of a broken transfer, what is noted of a URL, and a lock that nobody holds are kept unused.
  private static let keptFor = 30 * 24 * 3600

  /// A file of the cache, as far as tidying looks at it.
  private struct Item {
    let path: String
    let size: Int
    /// Seconds since the epoch.
    let used: Int
  }

  /// Removes the objects that were not used for the longest time until the rest is within the limit, and what has been
  /// forgotten for weeks. Who has an object open keeps it.
  func tidy() throws(Failure) {
    // Somebody may have thrown the whole cache away meanwhile.
    guard FileSystem.exists(objects) else { return }
    let known = try items(in: objects)
    remove(known, over: known.reduce(0) { $0 + $1.size } - limit)
    let oldest = time(nil) - Self.keptFor
    for item in try items(in: partials) + items(in: urls) where item.used < oldest {
      var key = Paths.name(of: item.path)
      if key.hasSuffix(".record") { key.removeLast(".record".count) }
      // What somebody works on is not forgotten.
      if FileSystem.exists("\(locks)/\(key)") {
        guard let lock = CacheLock(ifFree: "\(locks)/\(key)") else { continue }
        unlink(item.path)
        _ = consume lock
      } else {
        unlink(item.path)
      }
    }
    for item in try items(in: locks) where item.used < oldest {
      guard let lock = CacheLock(ifFree: item.path) else { continue }
      unlink(item.path)
      _ = consume lock
    }
    for algorithm in Checksum.Algorithm.allCases where algorithm != .sha256 {
      let folder = "\(sums)/\(algorithm.rawValue)"
      // `exists` follows the link: what leads nowhere goes.
      for name in try FileSystem.entries(of: folder) where !FileSystem.exists("\(folder)/\(name)") {
        unlink("\(folder)/\(name)")
      }
    }
  }

  /// Removes objects that were not used for the longest time, for the sake of one that comes.
  ///
  /// - Parameter bytes: how many are wanted; none is removed where all of them would not do.
  func makeRoom(_ bytes: Int) throws(Failure) {
    let known = try items(in: objects)
    if known.reduce(0, { $0 + $1.size }) >= bytes { remove(known, over: bytes) }
  }

  /// Removes the oldest of some files until so many bytes of them are gone.
  private func remove(_ items: [Item], over bytes: Int) {
    var rest = bytes
    for item in items.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) where rest > 0 {
      unlink(item.path)
      rest -= item.size
    }
  }

  /// The files of a folder; one that is taken away meanwhile is not among them.
  private func items(in folder: String) throws(Failure) -> [Item] {
    var items: [Item] = []
    for name in try FileSystem.entries(of: folder) {
      var information = stat()
      guard lstat("\(folder)/\(name)", &information) == 0 else { continue }
      items.append(Item(path: "\(folder)/\(name)", size: Int(information.st_size), used: information.st_mtim.tv_sec))
    }
    return items
  }
}
