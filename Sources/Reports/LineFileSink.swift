// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
internal import Files
internal import Glibc
internal import Synchronization
internal import YAMLDocument

/// Writes one line of a file for each event, at once and with one `write(2)`, or one for several that come at once: whenever
/// the process ends, however it ends, the file has every event so far and no half line.
package final class LineFileSink: EventSink {
  private let path: String
  private let descriptor: Int32
  private let render: @Sendable (Event, Int, inout [UInt8]) -> Void
  private let firstFailure = Mutex<Failure?>(nil)

  /// `logs.yaml`, one YAML list of LAVA's log lines.
  package static func lavaLog(_ path: String) throws(Failure) -> LineFileSink {
    try LineFileSink(path) { event, _, lines in
      lines += "- ".utf8
      LogLine.write(event, to: &lines)
    }
  }

  /// `events.jsonl`, one JSON object a line (`Event.document`).
  package static func events(_ path: String) throws(Failure) -> LineFileSink {
    try LineFileSink(path) { event, index, lines in
      JSONEmitter.compact(event.document(index: index), to: &lines)
    }
  }

  /// The lines of one node of a group in the group's `events.jsonl`: with `node`, its job id, and `role` before the
  /// other keys. To be opened for all nodes before the first of them begins.
  package static func events(_ path: String, node: String, role: String) throws(Failure) -> LineFileSink {
    let whose = [YAMLValue.Pair("node", .string(node)), YAMLValue.Pair("role", .string(role))]
    return try LineFileSink(path) { event, index, lines in
      JSONEmitter.compact(.mapping(whose + (event.document(index: index).mapping ?? [])), to: &lines)
    }
  }

  /// - Parameters:
  ///   - path: the file is made, or emptied if it is there.
  ///   - render: puts the line of an event, without its line break, behind those before it.
  /// - Throws: what the system says when the file cannot be opened.
  init(_ path: String, render: @escaping @Sendable (Event, Int, inout [UInt8]) -> Void) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file("write", path, errno) }
    self.path = path
    self.descriptor = descriptor
    self.render = render
  }

  deinit { close(descriptor) }

  /// The first thing that went wrong with writing. Lines after it may be missing.
  package var failure: Failure? { firstFailure.withLock { $0 } }

  package func receive(_ event: Event, index: Int) { receive([event], from: index) }

  package func receive(_ events: [Event], from index: Int) {
    var lines: [UInt8] = []
    for (event, place) in zip(events, index...) {
      render(event, place, &lines)
      lines.append(UInt8(ascii: "\n"))
    }
    lines.withUnsafeBytes { write($0) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = Glibc.write(descriptor, base, rest.count)
      if written >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      } else if errno != EINTR {
        let failure = Failure.file("write", path, errno)
        return firstFailure.withLock { $0 = $0 ?? failure }
      }
    }
  }
}
