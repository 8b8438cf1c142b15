// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Diagnostics
internal import Files
internal import Glibc

/// What downloads have left for later ones, in a folder of one user.
///
/// * `objects/<sha256>`: files as they were served. They are put there by renaming and never change; the time of
///   modification is that of the last use.
/// * `sums/<algorithm>/<sum>`: links to objects that a job knows by another sum.
/// * `urls/<key>`: which object a URL led to, and what tells a server that nothing changed since.
/// * `partial/<key>`: what has come of a transfer that did not get to its end.
/// * `locks/<key>`: held (`flock`) by whoever fetches that URL.
///
/// A key is made of a URL and the headers that it is asked for with: what a token opens is not what another one does.
package struct DownloadCache: Sendable {
  /// What the cache may hold where nobody says another limit: 20 GB.
  package static let standardLimit = 20_000_000_000

  let folder: String
  /// In bytes; objects that were not used for the longest time are removed beyond it.
  let limit: Int
  /// Why there is no such cache; said when it is needed.
  private var problem: Failure?

  package init(folder: String, limit: Int = standardLimit) {
    self.folder = Paths.absolute(folder)
    self.limit = limit
  }

  /// The user's cache: `pumice/downloads` in `$XDG_CACHE_HOME` or in `~/.cache` (XDG Base Directory Specification),
  /// with the limit that `PUMICE_CACHE_LIMIT` says: bytes, or a number and one of `K M G T` (powers of 1000).
  ///
  /// A limit that is none, or a user without a home, fails the first download that needs the cache.
  package static func ofUser(_ environment: (String) -> String? = Self.variable) -> DownloadCache {
    let text = environment("PUMICE_CACHE_LIMIT").flatMap { $0.isEmpty ? nil : $0 }
    let limit = text.map { size($0) } ?? standardLimit
    // The specification has relative paths ignored.
    let base = environment("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment("HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? homeOfUser()
    let folder = base ?? home.map { "\($0)/.cache" }
    var cache = DownloadCache(folder: "\(folder ?? "")/pumice/downloads", limit: limit ?? standardLimit)
    if let text, limit == nil {
      cache.problem = Failure(
        .configuration,
        "cache-limit",
        "PUMICE_CACHE_LIMIT is '\(text)', which is no size",
        advice: "Set it to bytes, or to a number with K, M, G or T behind it: 20G."
      )
    } else if folder == nil {
      cache.problem = Failure(
        .configuration,
        "no-cache-folder",
        "there is no folder for downloads: this user has no home",
        advice: "Set XDG_CACHE_HOME to a folder that this user may write to."
      )
    }
    return cache
  }

  /// A variable of this process's environment.
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func homeOfUser() -> String? {
    var entry = passwd()
    var result: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 1 << 14)
    guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &result) == 0, result != nil else { return nil }
    return entry.pw_dir.map { String(cString: $0) }
  }

  private static func size(_ text: String) -> Int? {
    let units: [Character: Int] = ["K": 1000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000]
    let unit = text.last.flatMap { units[Character($0.uppercased())] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits) else { return nil }
    let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
    return isTooLarge ? nil : bytes
  }

  var objects: String { "\(folder)/objects" }
  var sums: String { "\(folder)/sums" }
  var urls: String { "\(folder)/urls" }
  var partials: String { "\(folder)/partial" }
  var locks: String { "\(folder)/locks" }

  func path(of sha256: Checksum) -> String { "\(objects)/\(sha256.hex)" }

  func link(for checksum: Checksum) -> String { "\(sums)/\(checksum.algorithm.rawValue)/\(checksum.hex)" }

  /// What a URL with these headers is filed under.
  static func key(url: String, headers: [(name: String, value: String)]) -> String {
    var text = url
    for (name, value) in headers.map({ ($0.name.lowercased(), $0.value) }).sorted(by: <) {
      text += "\n\(name): \(value)"
    }
    let bytes = Array(text.utf8)
    var machine = ChecksumMachine([])
    bytes.withUnsafeBytes { machine.add($0) }
    return machine.sums.sha256.hex
  }

  /// Makes the folders. Nobody but the user sees what is in them.
  func prepare() throws(Failure) {
    if let problem { throw problem }
    do throws(Failure) {
      let names = Checksum.Algorithm.allCases.filter { $0 != .sha256 }.map { "\(sums)/\($0.rawValue)" }
      for name in [objects, urls, partials, locks] + names { try FileSystem.makeFolder(name, mode: 0o700) }
    } catch {
      var failure = error
      failure.advice = "Set XDG_CACHE_HOME to a folder that this user may write to."
      throw failure
    }
  }
}
