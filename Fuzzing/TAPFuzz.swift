// SPDX-License-Identifier: Apache-2.0

internal import BoardText

/// What a test prints as TAP or KTAP is read without a crash, and no line makes more results than it can name.
enum TAPFuzz {
  static func run(_ bytes: UnsafeRawBufferPointer) {
    var count = 0
    var reader = TAPReader(prefix: []) { _, _, _ in count += 1 }
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      reader.take(Array(line))
    }
    reader.finish()
    // A plan makes one result for each point that it promises, and is bounded.
    precondition(count <= bytes.count * 100_000 + 100_000, "more results than the text can have")
  }
}
