// SPDX-License-Identifier: Apache-2.0

/// A call that the board makes to its group (spec signals §6).
package struct MultinodeCall: Sendable, Hashable {
  /// `SEND`, `SYNC`, `WAIT`, `WAIT_ALL`, or a name that nobody knows.
  package var name: String
  /// The message's id first. For `SEND` the others are `key=value`, where both an id and a value may hold spaces.
  package var arguments: [String]

  package init(name: String, arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }
}

extension MultinodeCall {
  init(_ signal: ScannedSignal) {
    name = signal.name
    if name == "SEND" {
      arguments = Self.pieces(signal.parameters).map { String(decoding: $0, as: UTF8.self) }
    } else {
      let words = SignalWords(signal.parameters)
      arguments = words.ranges.map(words.text)
    }
  }

  /// Splits at white space that a key and `=` follow.
  private static func pieces(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var index = bytes.startIndex
    while let space = bytes[index...].firstIndex(where: \.isASCIIWhitespace) {
      let word = bytes[space...].firstIndex { !$0.isASCIIWhitespace } ?? bytes.endIndex
      let end = bytes[word...].firstIndex { !$0.isWordByte } ?? bytes.endIndex
      if end > word, end < bytes.endIndex, bytes[end] == UInt8(ascii: "=") {
        pieces.append(bytes[start..<space])
        start = word
      }
      index = word
    }
    return pieces + [bytes[start...]]
  }
}

extension UInt8 {
  /// Whether the byte belongs to a character that a word of Python's `re` has (`\w`); all beyond ASCII are taken to.
  fileprivate var isWordByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
      true
    default: false
    }
  }
}
