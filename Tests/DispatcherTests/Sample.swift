// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import HostTools
import JobModel
import Synchronization
import Testing
import YAMLDocument

@testable import Dispatcher

/// Jobs and devices that are read from texts.
enum Sample {
  static func reading(_ text: String, _ file: String = "sample.yaml") throws -> Reading {
    Reading(try YAMLDocument(parsing: Array(text.utf8), file: file))
  }

  static func job(_ text: String, file: String = "job.yaml") throws -> Job {
    let reading = try reading(text, file)
    return try #require(Job(reading), "\(reading.diagnostics)")
  }

  static func device(_ text: String) throws -> Device {
    let reading = try reading(text, "device.yaml")
    return try #require(Device(reading), "\(reading.diagnostics)")
  }

  static func context(_ job: Job, _ device: Device, jobID: String = "4242") -> JobContext {
    JobContext(job: job, device: device, settings: RunSettings(jobID: jobID, outputFolder: "/nowhere"))
  }

  /// A job with inline definitions `first`, `second`, …
  ///
  /// - Parameter definitions: more keys of each, YAML.
  static func jobText(_ definitions: [String], context: String = "{}", os: String? = "debian") -> String {
    let items = zip(["first", "second"], definitions).map { name, definition in
      """
            - from: inline
              name: \(name)
              path: \(name).yaml
              \(definition)
              repository:
                metadata: {format: Lava-Test Test Definition 1.0, name: \(name)}
                run: {steps: ['true']}

      """
    }
    return """
      job_name: sample
      timeouts: {job: {minutes: 5}, action: {minutes: 2}, connection: {minutes: 1}}
      visibility: public
      context: \(context)
      actions:
      - deploy: {to: overlay\(os.map { ", os: \($0)" } ?? "")}
      - boot: {method: minimal, prompts: ['# ']}
      - test:
          definitions:
      \(items.joined())
      """
  }

  static let deviceText = """
    hostname: board
    device_type: board
    commands: {connect: 'true'}
    actions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}

    """
}

/// Keeps the results of a log.
final class ResultKeeper: EventSink {
  private let kept = Mutex<[ResultRecord]>([])

  var records: [ResultRecord] { kept.withLock(\.self) }

  func receive(_ event: Event, index: Int) {
    if case .result(let record) = event.kind { kept.withLock { $0.append(record) } }
  }
}
