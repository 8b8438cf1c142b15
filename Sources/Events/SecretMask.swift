// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// Hides the values of secrets wherever they would be written (spec results-and-log §1).
package struct SecretMask: Sendable {
  /// What stands in a secret's place.
  package static let replacement = "[MASKED]"

  /// UTF-8 of each secret, the longest first: a secret that holds another one goes as a whole.
  private let secrets: [[UInt8]]
  /// Whether some secret begins with a byte.
  private var isFirst: [Bool]

  /// - Parameter secrets: empty ones are left out.
  package init(_ secrets: [String] = []) {
    self.secrets = Set(secrets.filter { !$0.isEmpty }).map { Array($0.utf8) }.sorted { $0.count > $1.count }
    isFirst = [Bool](repeating: false, count: 256)
    for secret in self.secrets { isFirst[Int(secret[0])] = true }
  }

  /// The text without its secrets.
  package func masked(_ text: String) -> String {
    guard !secrets.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var position = 0
    var copied = 0
    while position < bytes.count {
      guard isFirst[Int(bytes[position])], let secret = secrets.first(where: { bytes[position...].starts(with: $0) })
      else {
        position += 1
        continue
      }
      output += bytes[copied..<position]
      output += Self.replacement.utf8
      position += secret.count
      copied = position
    }
    guard copied > 0 else { return text }
    output += bytes[copied...]
    return String(decoding: output, as: UTF8.self)
  }

  func masked(_ value: YAMLValue) -> YAMLValue {
    switch value {
    case .string(let text): .string(masked(text))
    case .timestamp(let text): .timestamp(masked(text))
    case .sequence(let items): .sequence(items.map(masked))
    case .mapping(let pairs): .mapping(pairs.map(masked))
    case .null, .bool, .int, .float: value
    }
  }

  func masked(_ pair: YAMLValue.Pair) -> YAMLValue.Pair {
    YAMLValue.Pair(masked(pair.key), masked(pair.value))
  }

  func masked(_ record: ResultRecord) -> ResultRecord {
    guard !secrets.isEmpty else { return record }
    var record = record
    record.definition = masked(record.definition)
    record.testCase = masked(record.testCase)
    record.units = record.units.map(masked)
    record.set = record.set.map(masked)
    record.reference = record.reference.map(masked)
    record.repository = record.repository.map(masked)
    record.path = record.path.map(masked)
    record.revision = record.revision.map(masked)
    record.errorMessage = record.errorMessage.map(masked)
    record.extra = record.extra.map(masked)
    return record
  }

  func masked(_ kind: Event.Kind) -> Event.Kind {
    guard !secrets.isEmpty else { return kind }
    switch kind {
    case .log(let level, let text, let namespace): return .log(level, masked(text), namespace: namespace)
    case .result(let record): return .result(masked(record))
    case .signals(var record):
      record.forged = record.forged.map(masked)
      return .signals(record)
    case .actionStarted: return kind
    case .actionEnded(var end):
      end.failure = end.failure.map(masked)
      return .actionEnded(end)
    }
  }
}
