// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

extension DiagnosticList {
  /// The findings in reading order for editors and bots: a list of mappings with `severity`, `code`, `message`, and
  /// where they are known `file`, `line`, `column` (both counted from 1), `length`, `expected`, `suggestion`, `advice`.
  package var yamlValue: YAMLValue { .sequence(sorted().items.map(\.yamlValue)) }
}

extension Diagnostic {
  /// The finding as a mapping; keys without a value are left out.
  package var yamlValue: YAMLValue {
    var pairs: [(String, YAMLValue?)] = [
      ("severity", .string(severity.rawValue)), ("code", .string(code)), ("message", .string(message)),
    ]
    if let place {
      pairs += [
        ("file", .string(place.file)), ("line", .int(place.line)), ("column", .int(place.column)),
        ("length", .int(length)),
      ]
    }
    pairs += [
      ("expected", expected.map(YAMLValue.string)), ("suggestion", suggestion.map(YAMLValue.string)),
      ("advice", advice.map(YAMLValue.string)),
    ]
    return .mapping(
      pairs.compactMap { key, value in value.map { YAMLValue.Pair(.string(key), $0) } }
    )
  }
}
