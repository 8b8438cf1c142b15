// SPDX-License-Identifier: Apache-2.0

/// Placeholders in what is typed, such as `{SERVER_IP}`, and the texts that take their places, one after the other (spec
/// jobs §7). Those that are not known stay.
struct Substitutions: Sendable {
  private var pairs: [(name: String, value: String)] = []

  subscript(name: String) -> String? {
    get { pairs.first { $0.name == name }?.value }
    set {
      let index = pairs.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): pairs[index].value = value
      case (let index?, nil): pairs.remove(at: index)
      case (nil, let value?): pairs.append((name, value))
      case (nil, nil): break
      }
    }
  }

  func apply(to text: String) -> String {
    pairs.reduce(text) { $0.replacing("{\($1.name)}", with: $1.value) }
  }
}
