// SPDX-License-Identifier: Apache-2.0

/// The values of a helper's options, each `--name VALUE`, in any order; a later one wins.
package struct Options {
  private let names: [StaticString]
  private var values: [Bytes]

  /// - Parameter names: the options, with their dashes.
  /// - Returns: `nil` when a word is none of the options. An option without a value has the empty one.
  package init?(_ arguments: [Bytes], names: [StaticString]) {
    self.names = names
    values = Array(repeating: [], count: names.count)
    var index = 0
    while index < arguments.count {
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
