// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

/// What tells a server which version of a file is meant (RFC 9110 §8.8).
struct Validators: Sendable, Hashable {
  var entityTag: String?
  var lastModified: String?
  /// Whether the date can only be that of one version: the server's clock had gone on since (RFC 9110 §8.8.2.2).
  var isDateStrong = false

  init() {}

  init(_ headers: HTTPHeaders) {
    entityTag = headers.first(name: "ETag").flatMap { $0.isEmpty ? nil : $0 }
    lastModified = headers.first(name: "Last-Modified").flatMap { $0.isEmpty ? nil : $0 }
    isDateStrong = headers.first(name: "Date").map { $0 != lastModified } ?? false
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
