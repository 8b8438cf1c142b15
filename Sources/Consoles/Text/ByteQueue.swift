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

  /// Takes the oldest chunks, at least one where there is one.
  ///
  /// - Parameter limit: how many bytes the chunks behind the first may bring the whole to.
  mutating func take(upTo limit: Int = .max) -> [[UInt8]] {
    var taken = 0
    let end =
      chunks[first...].firstIndex { chunk in
        guard taken == 0 || taken + chunk.count <= limit else { return true }
        taken += chunk.count
        return false
      } ?? chunks.endIndex
    defer {
      chunks.removeFirst(end)
      first = 0
      count -= taken
    }
    return Array(chunks[first..<end])
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
