// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events
internal import Files
internal import Glibc
internal import Pipeline
internal import Synchronization
internal import YAMLDocument

/// The folder that the worker gives a job, with the files that it looks for there (spec results-and-log §4, §5).
struct JobFolder {
  /// Where a worker of LAVA keeps what its jobs use while they run.
  static let workerRoot = "/var/lib/lava/dispatcher"

  let path: String

  /// Makes the folder where it is missing.
  init(_ path: String) throws(Failure) {
    self.path = Paths.absolute(path)
    try FileSystem.makeFolder(self.path)
  }

  var log: String { "\(path)/logs.yaml" }

  /// Writes `description.yaml`, the plan of the job.
  func write(_ plan: Plan) throws(Failure) {
    try FileSystem.writeAtomically(Array(YAMLEmitter.block(plan.description).utf8), to: "\(path)/description.yaml")
  }

  /// Writes `result.yaml`, the job's own result as in the last line of its log.
  func write(_ result: ResultRecord) throws(Failure) {
    let text = YAMLEmitter.block(.mapping(result.logFields))
    try FileSystem.writeAtomically(Array(text.utf8), to: "\(path)/result.yaml")
  }

  /// Links the log in `tmp/<name>` of the worker's folder, where administrators look for it; what an earlier job of that
  /// name left there goes. Only on a host that is a worker.
  func link(as name: String, in root: String = JobFolder.workerRoot) throws(Failure) {
    guard FileSystem.kind(of: root) == .folder, access(root, W_OK) == 0 else { return }
    let folder = "\(root)/tmp/\(name)"
    if FileSystem.exists(folder) { try FileSystem.removeTree(folder) }
    try FileSystem.makeFolder(folder)
    guard symlink(log, "\(folder)/logs.yaml") == 0 else { throw .file("link", "\(folder)/logs.yaml", errno) }
  }
}

extension Plan {
  /// What LAVA's server shows of a job's pipeline. The worker looks for the timeout of `finalize` in it: that long it waits
  /// before it kills a job that was canceled.
  var description: YAMLValue { ["pipeline": .sequence(blocks.map(\.root.description))] }
}

extension PlannedAction {
  fileprivate var description: YAMLValue {
    var value: [YAMLValue.Pair] = [
      YAMLValue.Pair("class", .string("actions.\(section.rawValue).\(name)")),
      YAMLValue.Pair("name", .string(name)),
      YAMLValue.Pair("level", .string(level)),
      YAMLValue.Pair("max_retries", .int(maxRetries)),
      YAMLValue.Pair("description", .string(summary)),
      YAMLValue.Pair("summary", .string(summary)),
      YAMLValue.Pair("timeout", .int(Int(timeout.components.seconds))),
    ]
    if !children.isEmpty { value.append(YAMLValue.Pair("pipeline", .sequence(children.map(\.description)))) }
    return .mapping(value)
  }
}

/// Keeps the result of the job itself.
final class JobResult: EventSink {
  private let kept = Mutex<ResultRecord?>(nil)

  var record: ResultRecord? { kept.withLock(\.self) }

  /// Says how the job ended, where that is not known yet.
  ///
  /// - Returns: the result that counts.
  @discardableResult
  func settle(_ record: ResultRecord) -> ResultRecord {
    kept.withLock { kept in
      let first = kept ?? record
      kept = first
      return first
    }
  }

  func receive(_ event: Event, index: Int) {
    if case .result(let record) = event.kind, record.origin == .job { settle(record) }
  }
}
