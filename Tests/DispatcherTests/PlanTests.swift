// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Foundation
import HostTools
import JobModel
import Pipeline
import Testing
import YAMLDocument

@testable import Dispatcher

/// The trees that LAVA makes of the same jobs.
@Suite(.enabled(if: Conformance.isThere, "../shared/conformance is not there"))
struct PlanTests {
  /// Names, levels, retries and seconds are LAVA's.
  @Test(arguments: Conformance.plans) func treeIsLAVAs(name: String) throws {
    let folder = "\(Conformance.root)/plan/\(name)"
    var job = try Sample.job(Conformance.text("\(folder)/job.yaml"))
    let device = try Sample.device(Conformance.text("\(folder)/device.yaml"))
    if let context = Conformance.optionalText("\(folder)/context.json") {
      job.context = try YAMLDocument(parsing: Array(context.utf8), file: "context.json").root.value
    }
    let plan = try Sample.context(job, device).plan()
    let lines = plan.actions.map { action in
      "\(action.level)\t\(action.name)\t\(action.maxRetries)\t\(action.timeout.components.seconds)"
    }
    let expected = Conformance.text("\(folder)/tree.tsv").split(separator: "\n").map(String.init)
    #expect(lines == Array(expected.dropFirst()))
    #expect(expected.first == "level\tname\tmax_retries\ttimeout_s")
  }

  @Test func thereAre16Trees() { #expect(Conformance.plans.count == 16) }

  /// A device that LAVA planned a job on can do what the job asks for.
  @Test(arguments: Conformance.plans) func theDeviceIsFoundToFit(name: String) throws {
    let folder = "\(Conformance.root)/plan/\(name)"
    let job = try Sample.job(Conformance.text("\(folder)/job.yaml"))
    let device = try Sample.device(Conformance.text("\(folder)/device.yaml"))
    #expect(job.findings(on: device).items.filter { $0.severity == .error } == [])
  }
}

/// Cases with known answers beside the checkout.
enum Conformance {
  static let root = URL(filePath: SourceTree.root).resolvingSymlinksInPath()
    .appending(path: "../shared/conformance").standardizedFileURL.path
  static let isThere = FileManager.default.fileExists(atPath: root)

  /// The names of the cases under `plan`.
  static let plans = ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/plan")) ?? []).sorted()

  static func text(_ path: String) -> String { String(decoding: bytes(of: path), as: UTF8.self) }

  static func optionalText(_ path: String) -> String? {
    FileManager.default.fileExists(atPath: path) ? text(path) : nil
  }
}
