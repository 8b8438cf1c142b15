// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import NIOCore
internal import NIOHTTP1

/// One file from a server into the cache: continues what broke off, and tries again.
struct WebFetch {
  enum Outcome: Sendable {
    /// The server says that the file of the conditions is still the one.
    case unchanged
    case complete
  }

  let cache: DownloadCache
  let request: WebRequest
  let policy: RetryPolicy
  /// Under which the file is wanted at all.
  let conditions: [(name: String, value: String)]
  /// The most bytes the file may have; nil where it is unpacked afterwards.
  let sizeLimit: Int?
  let progress: ProgressMeter

  /// Fills `partial`.
  func run(_ partial: inout PartialDownload) async throws(Failure) -> Outcome {
    try await request.persistently(policy, progress) { reached throws(TransferTrouble) in
      defer { reached = partial.size }
      return try await attempt(&partial)
    }
  }

  private func attempt(_ partial: inout PartialDownload) async throws(TransferTrouble) -> Outcome {
    let offset = partial.size
    var headers = conditions
    var expected: Set = [200, 203]
    if offset > 0, let version = partial.validators.range {
      progress.report(.resuming(offset))
      headers += [("Range", "bytes=\(offset)-"), ("If-Range", version)]
      expected.formUnion([206, 416])
    }
    if !conditions.isEmpty { expected.insert(304) }
    return try await request.ask(.GET, headers, expected: expected) { answer in
      switch answer.status.code {
      case 304: return .unchanged
      case 206: try await proceed(answer, from: offset, in: &partial)
      case 416:
        try partial.restart(Validators())
        throw TransferTrouble.passing(reason: "the server has no byte \(offset) of the file")
      default:
        try partial.restart(Validators(answer))
        try await receive(answer, total: WebRequest.size(answer), into: &partial)
      }
      return .complete
    }
  }

  private func proceed(_ answer: HTTPAnswer, from offset: Int, in partial: inout PartialDownload) async throws {
    guard let range = ContentRange(answer), range.first == offset else {
      try partial.restart(Validators())
      throw TransferTrouble.passing(reason: "the server continues at another byte than it was asked for")
    }
    try await receive(answer, total: range.total, into: &partial)
  }

  private func receive(_ answer: HTTPAnswer, total: Int?, into partial: inout PartialDownload) async throws {
    if let total {
      let lack = total - partial.size - DiskSpace.available(near: partial.path)
      if lack > 0 { try cache.makeRoom(lack) }
    }
    let room = partial.size.addingReportingOverflow(DiskSpace.available(near: partial.path))
    let limit = room.overflow ? .max : room.partialValue
    if let total { try check(total, room: limit, isDeclared: true) }
    while let piece = try await answer.nextPiece() {
      do throws(Failure) {
        try check(partial.size + piece.readableBytes, room: limit, isDeclared: false)
      } catch {
        // What will never be complete must not fill the disk.
        try partial.restart(Validators())
        throw error
      }
      try partial.append(piece)
      progress.received(partial.size, total: total)
    }
    // The HTTP client compares what one answer declares; this is the whole file.
    if let total, partial.size != total {
      let size = partial.size
      try partial.restart(Validators())
      throw TransferTrouble.passing(
        // LAVA's words (spec jobs §5.1).
        reason: "Download finished (\(size) bytes) but was not expected size (\(total) bytes), check your networking."
      )
    }
    progress.finished(partial.size)
  }

  private func check(_ size: Int, room: Int, isDeclared: Bool) throws(Failure) {
    if let sizeLimit, size > sizeLimit {
      throw Failure(
        .job,
        "file-too-large",
        "'\(request.shownURL)' has \(isDeclared ? "\(size)" : "more") bytes, where \(sizeLimit) are allowed",
        advice: "Check that this is the file you mean."
      )
    }
    guard size > room else { return }
    throw Failure(
      .infrastructure,
      "disk-full",
      "'\(request.shownURL)' has \(isDeclared ? "\(size)" : "more") bytes, and the cache's disk has room for \(room)",
      advice: "Make room there, or set XDG_CACHE_HOME to a folder on a larger disk."
    )
  }
}

/// `Content-Range: bytes 200-1023/1024` (RFC 9110 §14.4).
struct ContentRange {
  let first: Int
  let total: Int?

  init?(_ answer: HTTPAnswer) {
    guard let text = answer.header("Content-Range"), text.lowercased().hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst("bytes ".count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let dash = parts[0].firstIndex(of: "-"), let first = Int(parts[0][..<dash]) else {
      return nil
    }
    self.first = first
    total = Int(parts[1])
  }
}
