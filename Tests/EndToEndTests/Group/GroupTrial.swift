// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

/// One run of a group and the files that it leaves.
final class GroupTrial: Sendable {
  /// What `group.yaml` says of a node.
  struct Node {
    let text: String
    let errorType: String?
    let message: String?
  }

  private let results = TemporaryFolder()
  let jobFile: String
  private let folder: TemporaryFolder?
  private let watch = ProcessWatch()
  private let process: HostProcess

  /// - Parameters:
  ///   - folder: where the job's file is, which must not go before the run.
  ///   - lab: the board of `Scripts/lab` that the group runs beside.
  ///   - options: further ones.
  init(path: String, in folder: TemporaryFolder? = nil, lab: String? = nil, _ options: String...) {
    self.folder = folder
    jobFile = path
    process = HostProcess(
      (lab.map { ["\(Checkout.root)/Scripts/lab", $0, "--"] } ?? [])
        + [Checkout.program, "run", path, "--output", results.path] + options,
      environment: watch.environment
    )
  }

  convenience init(_ job: JobText) {
    let folder = TemporaryFolder()
    self.init(path: folder.write(job.text, to: "group.yaml"), in: folder)
  }

  func ending() async throws -> HostProcess.Ending {
    let ending = try #require(await process.ending(limit: PumiceRun.limit), "the group does not end")
    #expect(watch.living.map(\.command) == [])
    return ending
  }

  func file(_ name: String) -> String { results.file(name) }

  func text(of name: String) -> String { String(decoding: bytes(of: results.file(name)), as: UTF8.self) }

  func document(_ name: String) throws -> YAMLValue {
    try YAMLDocument(parsing: bytes(of: results.file(name)), file: name).root.value
  }

  var nodes: [Node] {
    get throws {
      (try document("group.yaml")["nodes"]?.sequence ?? []).map { node in
        let words = ["id", "role", "result"].map { node[$0]?.string ?? "?" }
        return Node(
          text: words.joined(separator: " "),
          errorType: node["error_type"]?.string,
          message: node["error_msg"]?.string
        )
      }
    }
  }

  var seconds: Double {
    get throws {
      guard case .float(let seconds)? = try document("group.yaml")["group"]?["duration"] else { return 0 }
      return seconds
    }
  }

  /// `suite/case result` of a node's tests, in their order.
  func tests(of id: Int) throws -> [String] {
    ResultRow.all(in: try document("\(id)/results.yaml")).filter { $0.suite != "lava" }
      .map { "\($0.suite)/\($0.testCase) \($0.result)" }
  }

  /// A group's job of namespace boards, each role with one test.
  ///
  /// - Parameters:
  ///   - roles: YAML, `NAME: {…}` each.
  ///   - steps: of the tests, by role.
  ///   - test: more keys of a role's test action, YAML.
  static func job(roles: [String], _ steps: [(role: String, steps: [String])], test: [String: String] = [:]) -> JobText
  {
    let all = "role: [\(steps.map(\.role).joined(separator: ", "))]"
    let tests = steps.map { role, steps in
      let items = steps.map { "- \(YAMLEmitter.inline(.string($0)))" }.joined(separator: "\n")
      return ActionText.test([.inline(role, steps: items)], "role: [\(role)]\n\(test[role] ?? "")")
    }
    let protocols = """
      protocols:
        lava-multinode:
          timeout: {minutes: 1}
          roles:
      \(roles.joined(separator: "\n").indented(by: 6))
      """
    return JobText("trial", keys: protocols, actions: [.deploy(all), .boot(all)] + tests)
  }
}
