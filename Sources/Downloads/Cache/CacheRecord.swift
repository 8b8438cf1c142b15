// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files

/// What the cache has noted of a URL: a small file, one `name value` a line.
struct CacheRecord: Sendable, Hashable {
  private static let sizeLimit = 1 << 16

  /// Without what gives access; for people who look into the cache.
  var url: String
  /// The object that it led to; nil while it is being fetched.
  var sha256: Checksum?
  var validators: Validators

  init(url: String, sha256: Checksum? = nil, validators: Validators) {
    self.url = url
    self.sha256 = sha256
    self.validators = validators
  }

  /// - Returns: nil where there is no such file, or where it cannot be understood: it is only a hint.
  init?(at path: String) {
    guard FileSystem.exists(path) else { return nil }
    let text: String
    do throws(Failure) {
      text = try FileSystem.readText(path, limit: Self.sizeLimit)
    } catch {
      return nil
    }
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { return nil }
      fields[String(line[..<space])] = String(line[line.index(after: space)...])
    }
    guard let url = fields["url"] else { return nil }
    self.url = url
    sha256 = fields["sha256"].flatMap { Checksum(.sha256, $0) }
    validators = Validators()
    validators.entityTag = fields["etag"]
    validators.lastModified = fields["last-modified"]
    validators.isDateStrong = fields["date"] == "strong"
  }

  func write(to path: String) throws(Failure) {
    var lines = ["url \(url)"]
    if let sha256 { lines.append("sha256 \(sha256.hex)") }
    if let tag = validators.entityTag { lines.append("etag \(tag)") }
    if let date = validators.lastModified { lines.append("last-modified \(date)") }
    if validators.isDateStrong { lines.append("date strong") }
    try FileSystem.writeAtomically(Array((lines.joined(separator: "\n") + "\n").utf8), to: path, mode: 0o600)
  }
}
