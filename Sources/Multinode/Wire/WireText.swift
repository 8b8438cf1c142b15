// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// JSON as it goes over LAVA's wire: written as Python writes it (`", "` and `": "`, everything but printable ASCII
/// escaped), read strictly (RFC 8259) and within bounds.
package enum WireText {
  package static func text(of value: YAMLValue) -> [UInt8] {
    var output: [UInt8] = []
    write(value, to: &output)
    return output
  }

  private static func write(_ value: YAMLValue, to output: inout [UInt8]) {
    switch value {
    case .null: output += "null".utf8
    case .bool(let flag): output += (flag ? "true" : "false").utf8
    case .int(let number): output += String(number).utf8
    case .float(let number): output += (number.isFinite ? "\(number)" : "null").utf8
    case .string(let text), .timestamp(let text): write(text, to: &output)
    case .sequence(let items):
      output.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { output += ", ".utf8 }
        write(item, to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .mapping(let pairs):
      output.append(UInt8(ascii: "{"))
      for (index, pair) in pairs.enumerated() {
        if index > 0 { output += ", ".utf8 }
        write(pair.key.string ?? JSONEmitter.compact(pair.key), to: &output)
        output += ": ".utf8
        write(pair.value, to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for unit in text.utf16 {
      switch unit {
      case 0x22: output += "\\\"".utf8
      case 0x5C: output += "\\\\".utf8
      case 0x0A: output += "\\n".utf8
      case 0x0D: output += "\\r".utf8
      case 0x09: output += "\\t".utf8
      case 0x08: output += "\\b".utf8
      case 0x0C: output += "\\f".utf8
      case 0x20...0x7E: output.append(UInt8(unit))
      default:
        let digits = String(unit, radix: 16)
        output += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Nil where the text is no JSON, or nested deeper than anything of LAVA's.
  package static func value(of text: [UInt8]) -> YAMLValue? {
    var reader = WireReader(text)
    return reader.readAll()
  }
}
