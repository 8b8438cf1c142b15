// SPDX-License-Identifier: Apache-2.0

/// The values of a helper's options, each `--name VALUE`, in any order; a later one wins. A command may follow them.
package struct Options {
  private let names: [StaticString]
  private var values: [Bytes]
  /// The words behind the one that begins a command; `nil` when there is no such word.
  package private(set) var command: [Bytes]?

  /// - Parameters:
  ///   - names: the options, with their dashes.
  ///   - start: the word that begins a command, when it stands where an option could stand.
  /// - Returns: `nil` when a word is none of the options. An option without a value has the empty one.
  package init?(_ arguments: [Bytes], names: [StaticString], command start: StaticString? = nil) {
    self.names = names
    values = Array(repeating: [], count: names.count)
    var index = 0
    while index < arguments.count {
      if let start, arguments[index].equals(start) {
        command = arguments.dropping(index + 1)
        return
      }
      guard let option = names.firstIndex(where: { arguments[index].equals($0) }) else { return nil }
      values[option] = index + 1 < arguments.count ? arguments[index + 1] : []
      index += 2
    }
  }

  /// The value of the option at this place in the list of names; empty when it is absent.
  package subscript(_ index: Int) -> Bytes {
    values[index]
  }
}
