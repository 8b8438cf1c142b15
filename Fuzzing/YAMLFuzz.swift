// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events
internal import YAMLDocument

/// Whatever a text holds, it is read or refused, and what was read is written so that it reads the same again. Results
/// of any text come back from `results.yaml` and from the log as they were.
enum YAMLFuzz {
  static func run(_ bytes: UnsafeRawBufferPointer) {
    let text = Array(bytes)
    if let value = read(text) {
      precondition(read(Array(YAMLEmitter.block(value).utf8)) == value, "block style reads another value")
    }
    let word = String(decoding: text, as: UTF8.self)
    var record = ResultRecord(.testCase, definition: word, case: word, result: .pass)
    record.units = word
    record.set = word
    let fields = YAMLValue.mapping(record.logFields)
    precondition(read(Array(YAMLEmitter.flowLine(fields).utf8)) == fields, "a log line reads another result")
    precondition(read(Array(YAMLEmitter.block(fields).utf8)) == fields, "results.yaml reads another result")
  }

  private static func read(_ bytes: [UInt8]) -> YAMLValue? {
    do throws(DiagnosticList) { return try YAMLDocument(parsing: bytes, file: "fuzz").root.value } catch { return nil }
  }
}
