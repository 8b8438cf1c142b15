// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
package import JobModel
import Signals

/// Reads the results of a job's tests from the bytes of its console: the machine that reads a board, fed from a record.
///
/// Where a runner starts is found by the echo of the line that the host typed; it holds the stage and the nonce.
package struct Replay {
  private let facts: NamespaceFacts
  private let recorder: ShellRecorder
  private var stream = TestShellStream(TestShellMachine.Configuration(definitions: [], nonce: nil))
  private var hasStarted = false
  /// The line that the last piece ended in, as far as it was there.
  private var carry: [UInt8] = []
  /// The job's id in the echo of the last runner.
  package private(set) var jobID: String?

  private static let runner = Array("/bin/lava-test-runner /".utf8)
  /// No line that starts a runner is longer; longer ones are not held back until they are whole.
  private static let lineLimit = 4096

  package init(job: Job, events: EventLog) throws(Failure) {
    let namespace = job.actions.first?.common.namespace ?? "common"
    facts = NamespaceFacts(namespace, in: job)
    var origins: [String: DefinitionOrigin] = [:]
    for placed in facts.stages.joined() {
      guard case .inline = placed.item.source else { continue }
      origins[placed.suite] = DefinitionOrigin(try job.read(placed.item))
    }
    recorder = ShellRecorder(events: events, namespace: namespace, level: "0", origins: origins)
  }

  /// Why the last test did not end well, if it did not.
  package var failure: Failure? { recorder.failure }

  /// Takes the next bytes of the console.
  package mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    if !carry.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.count
      carry += rest[..<end]
      rest = UnsafeRawBufferPointer(rebasing: rest[end...])
      guard carry.last == UInt8(ascii: "\n") || carry.count > Self.lineLimit else { return }
      let line = carry
      carry = []
      line.withUnsafeBytes { read($0) }
    }
    let lastLine = rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if rest.count - lastLine <= Self.lineLimit {
      carry = Array(rest[lastLine...])
      rest = UnsafeRawBufferPointer(rebasing: rest[..<lastLine])
    }
    read(rest)
  }

  /// Takes the end of the console.
  package mutating func finish() {
    carry.withUnsafeBytes { read($0) }
    carry = []
    guard hasStarted, !stream.isOver else { return }
    stream.end(.endOfStream, at: .zero) { recorder.take($0) }
  }

  /// Feeds whole lines to the machine; a line that starts a runner starts a new machine.
  private mutating func read(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let start = Self.find(Self.runner, in: rest) {
      let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      feedStream(UnsafeRawBufferPointer(rebasing: rest[..<start]))
      beginRun(String(decoding: rest[(start + Self.runner.count - 1)..<end], as: UTF8.self))
      rest = UnsafeRawBufferPointer(rebasing: rest[end...])
    }
    feedStream(rest)
  }

  private mutating func feedStream(_ bytes: UnsafeRawBufferPointer) {
    _ = stream.feed(bytes, at: .zero) { recorder.take($0) }
  }

  /// - Parameter arguments: of the runner: the stage's folder, and the nonce where the host typed one.
  private mutating func beginRun(_ arguments: String) {
    if hasStarted, !stream.isOver { stream.end(.prompt, at: .zero) { recorder.take($0) } }
    hasStarted = true
    let words = arguments.split { $0 == " " || $0.isNewline }
    let folders = words.first?.split(separator: "/") ?? []
    let stage = folders.last.flatMap { Int($0) } ?? 0
    jobID = folders.dropLast().last.flatMap { $0.split(separator: "-").last }.map(String.init)
    let nonce = words.dropFirst().first.map(String.init)
    stream = TestShellStream(
      TestShellMachine.Configuration(definitions: [], stage: stage, nonce: nonce ?? "0")
    )
  }

  private static func find(_ needle: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    // Horspool's search: how far the needle may move, by the byte below its end.
    var shifts = [Int](repeating: needle.count, count: 256)
    for (index, byte) in needle.dropLast().enumerated() { shifts[Int(byte)] = needle.count - 1 - index }
    return shifts.withUnsafeBufferPointer { shifts in
      var start = 0
      while start + needle.count <= bytes.count {
        let last = bytes[start + needle.count - 1]
        if last == needle[needle.count - 1], bytes[start..<(start + needle.count)].elementsEqual(needle) {
          return start
        }
        start += shifts[Int(last)]
      }
      return nil
    }
  }
}
