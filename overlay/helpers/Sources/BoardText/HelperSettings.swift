// SPDX-License-Identifier: Apache-2.0

/// What the host tells the helpers: the entries of `bin/.lava-helpers` (docs/Signals.md, "What the host tells the
/// helpers"). Unknown entries are kept and never asked for.
package struct HelperSettings {
  private var entries: [[Bytes]] = []

  /// Reads the file's bytes: one entry a line, fields separated by tabs, `\\`, `\t` and `\n` in a field.
  @inline(never)
  package init(_ bytes: Bytes) {
    for line in bytes.lines { entries.append(Self.fields(line)) }
  }

  /// The first field of the first entry of this name; empty when there is none.
  @inline(never)
  package func value(_ name: StaticString) -> Bytes {
    for row in rows(name) where !row.isEmpty { return row[0] }
    return []
  }

  /// The fields of every entry of this name, in the file's order.
  @inline(never)
  package func rows(_ name: StaticString) -> [[Bytes]] {
    var rows: [[Bytes]] = []
    for entry in entries where entry[0].equals(name) { rows.append(entry.dropping(1)) }
    return rows
  }

  /// The unescaped fields of a line; always at least one. A backslash before any other byte stands for itself.
  private static func fields(_ line: Bytes) -> [Bytes] {
    var fields: [Bytes] = []
    var field: Bytes = []
    var index = 0
    while index < line.count {
      let byte = line[index]
      index += 1
      if byte == .tab {
        fields.append(field)
        field = []
      } else if byte == UInt8(ascii: "\\"), index < line.count, let meant = unescaped(line[index]) {
        field.append(byte: meant)
        index += 1
      } else {
        field.append(byte: byte)
      }
    }
    fields.append(field)
    return fields
  }

  private static func unescaped(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\\"): byte
    case UInt8(ascii: "t"): .tab
    case UInt8(ascii: "n"): .newline
    default: nil
    }
  }
}
