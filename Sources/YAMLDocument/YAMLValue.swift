// SPDX-License-Identifier: Apache-2.0

/// A YAML value without its place: what a document means, and what the emitters write.
package enum YAMLValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  /// A date or a time, as it was written: Pumice computes with none of them.
  case timestamp(String)
  case sequence([YAMLValue])
  /// In the order of the text. Keys are unique.
  case mapping([Pair])

  /// A key and its value.
  package struct Pair: Sendable, Hashable {
    package var key: YAMLValue
    package var value: YAMLValue

    package init(_ key: YAMLValue, _ value: YAMLValue) {
      self.key = key
      self.value = value
    }
  }
}

extension YAMLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .int(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: YAMLValue...) { self = .sequence(elements) }
  /// Keeps the order of the literal.
  package init(dictionaryLiteral elements: (String, YAMLValue)...) {
    self = .mapping(elements.map { Pair(.string($0.0), $0.1) })
  }
}

extension YAMLValue {
  /// The value of a string key in a mapping.
  package subscript(key: String) -> YAMLValue? {
    guard case .mapping(let pairs) = self else { return nil }
    return pairs.first { $0.key == .string(key) }?.value
  }

  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  package var int: Int? {
    guard case .int(let number) = self else { return nil }
    return number
  }

  package var bool: Bool? {
    guard case .bool(let flag) = self else { return nil }
    return flag
  }

  package var sequence: [YAMLValue]? {
    guard case .sequence(let items) = self else { return nil }
    return items
  }

  package var mapping: [Pair]? {
    guard case .mapping(let pairs) = self else { return nil }
    return pairs
  }
}
