// SPDX-License-Identifier: Apache-2.0

/// What tells a server which version of a file is meant (RFC 9110 §8.8).
struct Validators: Sendable, Hashable {
  var entityTag: String?
  var lastModified: String?
  /// Whether the date can only be that of one version: the server's clock had gone on since (RFC 9110 §8.8.2.2).
  var isDateStrong = false

  init() {}

  init(_ answer: HTTPAnswer) {
    entityTag = answer.header("ETag")
    lastModified = answer.header("Last-Modified")
    isDateStrong = answer.header("Date").map { $0 != lastModified } ?? false
  }

  var isEmpty: Bool { entityTag == nil && lastModified == nil }

  /// What `If-Range` takes; nil where a part of the file cannot safely be continued (RFC 9110 §13.1.5).
  var range: String? {
    if let entityTag { return entityTag.hasPrefix("W/") ? nil : entityTag }
    return isDateStrong ? lastModified : nil
  }

  /// The conditions under which the file is wanted again.
  var conditions: [(name: String, value: String)] {
    if let entityTag { return [("If-None-Match", entityTag)] }
    return lastModified.map { [("If-Modified-Since", $0)] } ?? []
  }
}
