// SPDX-License-Identifier: Apache-2.0

internal import Events
internal import YAMLDocument

/// What a report says about the job as a whole.
package struct JobSummary: Sendable, Hashable {
  package var id: String
  package var name: String
  /// The device, as the user named it.
  package var device: String?

  package init(id: String, name: String, device: String? = nil) {
    self.id = id
    self.name = name
    self.device = device
  }
}

/// The results of a job as data: `results.yaml` and `results.json` hold the same.
///
/// A mapping `job` (`id`, `name`, `device`, `result`, `error_type`, `error_msg`, `started`, `duration` in seconds) and a
/// list `results`. Each result has `suite`, `case`, `set`, `result`, `measurement`, `units`, `duration` (seconds),
/// `reference`, `integrity`, `namespace`, `level`, `uuid`, `repository`, `path`, `revision`, `commit_id`, `error_msg`,
/// `error_type`, `extra`, `superseded` (true when a later try replaced it) and `log_line`, in this order, as far as they
/// are there.
///
/// Where a test ran, `signals` says how what the board reported came to the host, a mapping for each start of a test
/// runner: `level`, `namespace`, how many came `verified`, `repaired`, `recovered` and `unverified`, the numbers of those
/// that are `lost`, what was `forged` (the first hundred), and `superseded`.
package struct ResultsDocument: Sendable {
  private let head: YAMLValue
  private let results: [CollectedResult]
  private let signals: [CollectedSignals]

  package init(_ job: JobSummary, _ collector: ResultCollector) {
    results = collector.results
    signals = collector.signals
    head = Self.head(job, results, collector.span)
  }

  /// Writes `results.yaml`.
  ///
  /// - Parameter output: takes it in pieces, in order.
  package func writeYAML<Refusal>(to output: ([UInt8]) throws(Refusal) -> Void) throws(Refusal) {
    try YAMLEmitter.block(document, to: output)
  }

  /// Writes `results.json`.
  ///
  /// - Parameter output: takes it in pieces, in order.
  package func writeJSON<Refusal>(to output: ([UInt8]) throws(Refusal) -> Void) throws(Refusal) {
    try JSONEmitter.pretty(document, to: output)
  }

  private var document: LongDocument {
    var document = LongDocument()
    document.add("job", head)
    document.add("results", items: results.lazy.map(Self.entry))
    if !signals.isEmpty { document.add("signals", items: signals.lazy.map(Self.entry)) }
    return document
  }

  private static func head(
    _ job: JobSummary,
    _ results: [CollectedResult],
    _ span: (started: Int64, ended: Int64)?
  ) -> YAMLValue {
    let final = results.last { $0.record.origin == .job }?.record
    var fields = Fields()
    fields.add("id", job.id)
    fields.add("name", job.name)
    fields.add("device", job.device)
    // Without a final result the job was killed.
    fields.add("result", (final?.result ?? .unknown).rawValue)
    fields.add("error_type", final?.errorType)
    fields.add("error_msg", final?.errorMessage)
    if let span {
      fields.add("started", Timestamp(nanoseconds: span.started).iso8601)
      fields.add("duration", seconds(.nanoseconds(span.ended - span.started)))
    }
    return .mapping(fields.pairs)
  }

  private static func entry(_ result: CollectedResult) -> YAMLValue {
    let record = result.record
    var fields = Fields()
    fields.add("suite", record.definition)
    fields.add("case", record.testCase)
    fields.add("set", record.set)
    fields.add("result", record.result.rawValue)
    fields.add("measurement", record.measurement.map(YAMLValue.float))
    fields.add("units", record.units)
    fields.add("duration", record.duration.map(seconds))
    fields.add("reference", record.reference)
    fields.add("integrity", record.integrity?.rawValue)
    fields.add("namespace", record.namespace)
    fields.add("level", record.level)
    fields.add("uuid", record.uuid)
    fields.add("repository", record.repository)
    fields.add("path", record.path)
    fields.add("revision", record.revision)
    fields.add("commit_id", record.commitID)
    fields.add("error_msg", record.errorMessage)
    fields.add("error_type", record.errorType)
    fields.add("extra", record.extra.isEmpty ? nil : .mapping(record.extra))
    fields.add("superseded", result.isSuperseded ? true : nil)
    fields.add("log_line", .int(result.index))
    return .mapping(fields.pairs)
  }

  private static func entry(_ signals: CollectedSignals) -> YAMLValue {
    let record = signals.record
    var fields = Fields()
    fields.add("level", record.level)
    fields.add("namespace", record.namespace)
    for integrity in Integrity.allCases { fields.add(integrity.rawValue, .int(record.counts[integrity] ?? 0)) }
    fields.add("lost", .sequence(record.lostNumbers.map(YAMLValue.string)))
    fields.add("forged", .sequence(record.forged.map(YAMLValue.string)))
    fields.add("superseded", signals.isSuperseded ? true : nil)
    return .mapping(fields.pairs)
  }

  /// Seconds, to the hundredth.
  private static func seconds(_ duration: Duration) -> YAMLValue {
    .float(Double(duration.secondsText) ?? 0)
  }

  private struct Fields {
    var pairs: [YAMLValue.Pair] = []

    mutating func add(_ key: String, _ value: YAMLValue?) {
      if let value { pairs.append(YAMLValue.Pair(.string(key), value)) }
    }

    mutating func add(_ key: String, _ value: String?) { add(key, value.map(YAMLValue.string)) }
  }
}
