// SPDX-License-Identifier: Apache-2.0

/// Bytes that wait to be taken, up to a bound; beyond it the oldest are dropped.
struct ByteQueue: Sendable {
  /// In bytes.
  let limit: Int
  private var chunks: [[UInt8]] = []
  /// The first chunk that has not been dropped.
  private var first = 0
  private(set) var count = 0
  /// How many bytes were dropped in all.
  private(set) var dropped = 0

  /// Chunks smaller than this are put together.
  private static let small = 4096

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { count == 0 }

  mutating func append(_ bytes: [UInt8]) {
    count += bytes.count
    if let last = chunks.indices.last, last >= first, chunks[last].count + bytes.count <= Self.small {
      chunks[last] += bytes
    } else {
      chunks.append(bytes)
    }
    while count > limit { dropOldest(count - limit) }
  }

  /// Empties the queue.
  mutating func takeAll() -> [[UInt8]] {
    defer {
      chunks = []
      first = 0
      count = 0
    }
    return Array(chunks[first...])
  }

  private mutating func dropOldest(_ excess: Int) {
    let length = chunks[first].count
    if excess < length {
      chunks[first].removeFirst(excess)
      count -= excess
      dropped += excess
      return
    }
    count -= length
    dropped += length
    chunks[first] = []
    first += 1
    // Now and then, so that it costs nothing by the byte.
    if first > 64, first > chunks.count / 2 {
      chunks.removeFirst(first)
      first = 0
    }
  }
}
