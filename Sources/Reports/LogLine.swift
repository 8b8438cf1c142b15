// SPDX-License-Identifier: Apache-2.0

// Reports: everything that is rendered from the log of events: LAVA's log, results, JUnit, what a person sees.

package import Events
internal import YAMLDocument

/// A line of LAVA's log (spec results-and-log §1): one mapping in YAML flow style, every scalar in double quotes.
package enum LogLine {
  /// LAVA's server refuses lines of this many characters.
  static let limit = 100_000

  /// The line of an event, without `- ` before it and without a line break.
  package static func text(of event: Event) -> String {
    var line: [UInt8] = []
    write(event, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// The same, put behind other text.
  static func write(_ event: Event, to text: inout [UInt8]) {
    let time = Timestamp(nanoseconds: event.time).iso8601
    switch event.kind {
    case .log(let level, let message, let namespace):
      write(time, level.rawValue, .string(message), namespace: level == .feedback ? namespace : nil, to: &text)
    case .signals(let record): write(time, record.logLevel.rawValue, .string(record.text), to: &text)
    case .actionStarted(let start): write(time, start.logLevel.rawValue, .string(start.text), to: &text)
    case .actionEnded(let end): write(time, end.logLevel.rawValue, .string(end.text), to: &text)
    case .result(let record): writeResult(time, record, to: &text)
    }
  }

  /// A result cannot be cut in pieces as a text can. Where it is too long, what explains it goes, and what it says
  /// stays; `events.jsonl` and the result files have it whole.
  private static func writeResult(_ time: String, _ record: ResultRecord, to text: inout [UInt8]) {
    let start = text.count
    write(time, "results", .mapping(record.logFields), to: &text)
    guard text.count - start >= limit else { return }
    text.removeSubrange(start...)
    var shorter = record
    shorter.repository = record.repository.map { _ in .string("<too long for a line>") }
    if !record.extra.isEmpty { shorter.extra = [YAMLValue.Pair("skip", "line way too long ...")] }
    write(time, "results", .mapping(shorter.logFields), to: &text)
    guard text.count - start >= limit else { return }
    text.removeSubrange(start...)
    write(time, "results", ["skip": "line way too long ..."], to: &text)
  }

  private static func write(
    _ time: String,
    _ level: String,
    _ message: YAMLValue,
    namespace: String? = nil,
    to text: inout [UInt8]
  ) {
    var pairs = [
      YAMLValue.Pair("dt", .string(time)), YAMLValue.Pair("lvl", .string(level)), YAMLValue.Pair("msg", message),
    ]
    if let namespace { pairs.append(YAMLValue.Pair("ns", .string(namespace))) }
    YAMLEmitter.flowLine(.mapping(pairs), to: &text)
  }
}
