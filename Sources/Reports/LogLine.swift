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
    let time = Timestamp(nanoseconds: event.time).iso8601
    switch event.kind {
    case .log(let level, let message, let namespace):
      return line(time, level.rawValue, .string(message), namespace: level == .feedback ? namespace : nil)
    case .signals(let record): return line(time, record.logLevel.rawValue, .string(record.text))
    case .actionStarted(let start): return line(time, start.logLevel.rawValue, .string(start.text))
    case .actionEnded(let end): return line(time, end.logLevel.rawValue, .string(end.text))
    case .result(let record): return resultLine(time, record)
    }
  }

  /// A result cannot be cut in pieces as a text can. Where it is too long, what explains it goes, and what it says
  /// stays; `events.jsonl` and the result files have it whole.
  private static func resultLine(_ time: String, _ record: ResultRecord) -> String {
    let whole = line(time, "results", .mapping(record.logFields))
    guard whole.utf8.count >= limit else { return whole }
    var shorter = record
    shorter.repository = record.repository.map { _ in .string("<too long for a line>") }
    if !record.extra.isEmpty { shorter.extra = [YAMLValue.Pair("skip", "line way too long ...")] }
    let short = line(time, "results", .mapping(shorter.logFields))
    guard short.utf8.count >= limit else { return short }
    return line(time, "results", ["skip": "line way too long ..."])
  }

  private static func line(_ time: String, _ level: String, _ message: YAMLValue, namespace: String? = nil) -> String {
    var pairs = [
      YAMLValue.Pair("dt", .string(time)), YAMLValue.Pair("lvl", .string(level)), YAMLValue.Pair("msg", message),
    ]
    if let namespace { pairs.append(YAMLValue.Pair("ns", .string(namespace))) }
    return YAMLEmitter.flowLine(.mapping(pairs))
  }
}
