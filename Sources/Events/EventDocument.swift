// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

extension Event {
  /// The event as one mapping, for `events.jsonl`: `time` (ISO 8601), `index` (of its log line), `kind`, and what
  /// belongs to the kind:
  ///
  /// | kind | keys |
  /// |---|---|
  /// | `log` | `lvl`, `msg`, `ns` as in LAVA's log |
  /// | `result` | LAVA's keys of a result, and `integrity` |
  /// | `signals` | `level`, `namespace`, `verified`, `repaired`, `recovered`, `unverified` (how many), `lost` (numbers), `forged` |
  /// | `start` | `level`, `name`, `namespace`, `timeout` (seconds), `attempt`, `supersedes` (only when true) |
  /// | `end` | `level`, `name`, `namespace`, `duration` (seconds), `failure` (only when there is one) |
  package func document(index: Int) -> YAMLValue {
    var fields = FieldList()
    // Each line of a board is one.
    fields.pairs.reserveCapacity(6)
    fields.add("time", Timestamp(nanoseconds: time).iso8601)
    fields.pairs.append(YAMLValue.Pair("index", .int(index)))
    switch kind {
    case .log(let level, let message, let namespace):
      fields.add("kind", "log")
      fields.add("lvl", level.rawValue)
      fields.add("msg", message)
      fields.add("ns", namespace)
    case .result(let record):
      fields.add("kind", "result")
      fields.pairs += record.logFields
      fields.add("integrity", record.integrity?.rawValue)
    case .signals(let record):
      fields.add("kind", "signals")
      fields.add("level", record.level)
      fields.add("namespace", record.namespace)
      for integrity in Integrity.allCases {
        fields.pairs.append(YAMLValue.Pair(.string(integrity.rawValue), .int(record.counts[integrity] ?? 0)))
      }
      fields.pairs.append(YAMLValue.Pair("lost", .sequence(record.lostNumbers.map(YAMLValue.string))))
      fields.pairs.append(YAMLValue.Pair("forged", .sequence(record.forged.map(YAMLValue.string))))
    case .actionStarted(let start):
      fields.add("kind", "start")
      fields.add("level", start.level)
      fields.add("name", start.name)
      fields.add("namespace", start.namespace)
      fields.pairs.append(YAMLValue.Pair("timeout", .float(start.timeout.inSeconds)))
      fields.pairs.append(YAMLValue.Pair("attempt", .int(start.attempt)))
      if start.supersedes { fields.pairs.append(YAMLValue.Pair("supersedes", true)) }
    case .actionEnded(let end):
      fields.add("kind", "end")
      fields.add("level", end.level)
      fields.add("name", end.name)
      fields.add("namespace", end.namespace)
      fields.pairs.append(YAMLValue.Pair("duration", .float(end.duration.inSeconds)))
      fields.add("failure", end.failure)
    }
    return .mapping(fields.pairs)
  }
}
