// SPDX-License-Identifier: Apache-2.0

/// Writes values as LAVA does, byte for byte.
///
/// LAVA dumps with PyYAML's CSafeDumper, which is libyaml behind PyYAML's representer; so is the block style here.
/// One thing is not done: PyYAML writes an object that occurs twice (a job's alias) as anchor and alias, and a
/// `YAMLValue` does not know that two equal values were one.
package enum YAMLEmitter {
  /// As `yaml.dump(value, Dumper=CSafeDumper, default_flow_style=False, sort_keys=False)`: test definitions, inline
  /// definitions, result files. ASCII only, lines folded near 80 columns, ends with a line break.
  package static func block(_ value: YAMLValue) -> String {
    var writer = EventWriter()
    writer.write(value)
    return writer.finish()
  }

  /// The same of a long document, in pieces.
  ///
  /// - Parameter output: takes the pieces, in order.
  package static func block<Refusal>(
    _ document: LongDocument,
    to output: ([UInt8]) throws(Refusal) -> Void
  ) throws(Refusal) {
    try EventWriter().finish(document, to: output)
  }

  /// A scalar or an empty collection on one line, as it can stand for a key or a value in block style. ASCII only.
  package static func inline(_ value: YAMLValue) -> String {
    var writer = EventWriter(keepsLines: true)
    writer.write(.sequence([value]))
    // Without the item's dash and the line break.
    return String(writer.finish().dropFirst(2).dropLast())
  }

  /// One log line without its line break: as with `default_flow_style=True, default_style='"'` and lines of unlimited
  /// width (spec results-and-log §1). ASCII only.
  package static func flowLine(_ value: YAMLValue) -> String {
    var line: [UInt8] = []
    flowLine(value, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// The same, put behind other text.
  package static func flowLine(_ value: YAMLValue, to text: inout [UInt8]) {
    var writer = FlowWriter(behind: text.taken())
    writer.write(value)
    text = writer.output
  }
}

extension [UInt8] {
  /// The bytes, for somebody who goes on with them: an array that two hold is copied when it grows.
  mutating func taken() -> [UInt8] {
    var bytes: [UInt8] = []
    swap(&bytes, &self)
    return bytes
  }
}
