// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// The folder of one definition in the overlay, `<results_dir>/<stage>/tests/<index>_<name>` (spec test-shell §1.2).
package struct DefinitionFolder: Sendable, Hashable {
  /// A file in the folder; its mode is 0644.
  package struct File: Sendable, Hashable {
    /// Relative to the folder.
    package var path: String
    package var bytes: [UInt8]
  }

  /// The files that every definition's folder has from us.
  package static let generatedFiles: Set<String> = ["testdef.yaml", "uuid", "testdef_metadata", "install.sh", "run.sh"]

  /// `<index>_<name>`, which is also the run's `TESTRUN_ID`.
  package var name: String
  package var stage: Int
  /// The folder's absolute path on the target: the definition's line in `lava-test-runner.conf`.
  package var targetPath: String
  /// `<job>_<level>`, which the run's start and end signals carry.
  package var uuid: String
  /// In the order in which LAVA writes them.
  package var files: [File]
}

extension TestDefinition {
  /// The definition's files (spec test-shell §5.2–5.5). The same definition and context always give the same bytes.
  package func folder(in context: DefinitionContext) -> DefinitionFolder {
    let name = "\(context.index)_\(entry.name)"
    let targetPath = "\(context.resultsDirectory)/\(context.stage)/tests/\(name)"
    let uuid = "\(context.jobID)_\(context.level)"
    let yaml = YAMLEmitter.block(document.value)
    var files: [DefinitionFolder.File] = []
    func add(_ path: String, _ text: String) { files.append(.init(path: path, bytes: Array(text.utf8))) }
    if origin == .inline, entry.path != "testdef.yaml" { add(entry.path, yaml) }
    add("testdef.yaml", yaml)
    add("uuid", uuid)
    add("testdef_metadata", YAMLEmitter.block(metadata(commit: context.commit)))
    let script = DefinitionScript(definition: self, context: context, folder: targetPath, runID: name)
    if let install = document.install { add("install.sh", script.install(install)) }
    add("run.sh", script.run)
    return DefinitionFolder(name: name, stage: context.stage, targetPath: targetPath, uuid: uuid, files: files)
  }

  /// `testdef_metadata`: what LAVA's server shows of a definition.
  private func metadata(commit: String?) -> YAMLValue {
    let metadata = document.value["metadata"]
    var pairs: [YAMLValue.Pair] = [
      YAMLValue.Pair("os", metadata?["os"] ?? ""),
      YAMLValue.Pair("devices", metadata?["devices"] ?? ""),
      YAMLValue.Pair("environment", metadata?["environment"] ?? ""),
      YAMLValue.Pair("branch_vcs", .string(origin.rawValue)),
      YAMLValue.Pair("project_name", .string(document.projectName)),
    ]
    if let commit { pairs.append(YAMLValue.Pair("commit_id", .string(commit))) }
    return .mapping(pairs)
  }
}
