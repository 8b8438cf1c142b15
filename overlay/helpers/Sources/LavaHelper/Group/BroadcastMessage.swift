// SPDX-License-Identifier: Apache-2.0

import BoardText

/// The words of a message that `lava-network` sends.
struct BroadcastMessage {
  /// The message id, then `key=value` for each fact.
  private(set) var words: [Bytes]

  init(_ id: Bytes) {
    words = [id]
  }

  /// Adds a fact; an empty one is left out.
  @inline(never)
  mutating func add(_ key: StaticString, _ value: Bytes) {
    if value.isEmpty { return }
    var word = Bytes(key)
    word.append("=")
    word.append(value)
    words.append(word)
  }

  /// Adds `dns_1=…`, `dns_2=…`.
  mutating func add(nameservers: [Bytes]) {
    for index in nameservers.indices {
      var word = Bytes("dns_")
      word.append(decimal: UInt64(index + 1))
      word.append("=")
      word.append(nameservers[index])
      words.append(word)
    }
  }
}
