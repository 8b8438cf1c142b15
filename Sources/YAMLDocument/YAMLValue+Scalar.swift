// SPDX-License-Identifier: Apache-2.0

extension YAMLValue {
  /// The text of a scalar as PyYAML represents it, with the tag it stands for; nil for collections.
  var scalarText: (text: String, tag: ImplicitTag)? {
    switch self {
    case .null: ("null", .null)
    case .bool(let flag): (flag ? "true" : "false", .bool)
    case .int(let number): (String(number), .int)
    case .float(let number): (FloatText.yaml(number), .float)
    case .string(let text): (text, .string)
    case .timestamp(let text): (TimestampText.yaml(text), .timestamp)
    case .sequence, .mapping: nil
    }
  }
}
