// SPDX-License-Identifier: Apache-2.0

/// The two shell scripts of a definition: `install.sh` and `run.sh` (spec test-shell §5.3–5.5).
struct DefinitionScript {
  let definition: TestDefinition
  let context: DefinitionContext
  /// The definition's folder on the target.
  let folder: String
  let runID: String

  /// Sets the parameters: those of the definition first, so that the job's win.
  private var header: [String] {
    ["###default parameters from test definition###"]
      + definition.document.parameters.map(\.assignment)
      + ["######", "###test parameters from job submission###"]
      + definition.entry.parameters.map(\.assignment)
      + ["######"]
  }

  var run: String {
    let toKernelLog = definition.entry.signalsByKernelLog
    var lines = header
    lines += ["set -e", "set -x", "export TESTRUN_ID=\(runID)", "cd \(folder)", "UUID=\"$(cat uuid)\"", "set +x"]
    if let delay { lines += ["export CHARACTER_DELAY=\(delay)", "sleep \(delay)"] }
    // The runner looks for the first of these lines to know how it should print.
    if toKernelLog { lines += ["# USE_KMSG", "export KMSG=true"] }
    lines += [signal("STARTRUN"), "set -x"]
    lines += definition.document.steps.map(StepRewriting.rewrite)
    lines += ["set +x"]
    if let delay { lines += ["sleep \(delay)"] }
    if toKernelLog { lines += ["unset KMSG"] }
    lines += [signal("ENDRUN")]
    return text(lines)
  }

  func install(_ install: DefinitionDocument.Install) -> String {
    let entry = definition.entry
    var lines = header
    if !entry.skips(.keys) { lines += install.keys.map { "lava-add-keys \($0)" } }
    if !entry.skips(.sources) { lines += install.sources.map { "lava-add-sources \($0)" } }
    if !entry.skips(.deps) {
      let more = context.distro.flatMap { install.distributionDependencies[$0] } ?? []
      let packages = install.dependencies + more
      if !packages.isEmpty { lines += ["lava-install-packages " + packages.map { $0 + " " }.joined()] }
    }
    if !entry.skips(.steps), !install.steps.isEmpty { lines += ["cd \(folder)", "pwd"] + install.steps }
    return text(lines)
  }

  /// The delay in seconds as Python shows a float; nothing where there is none.
  private var delay: String? {
    let milliseconds = Int((context.characterDelay / .milliseconds(1)).rounded())
    return milliseconds == 0 ? nil : (Double(milliseconds) / 1000).description
  }

  /// The line that prints the start or the end of the run.
  private func signal(_ name: String) -> String {
    let text = "<LAVA_SIGNAL_\(name) $TESTRUN_ID $UUID>"
    return definition.entry.signalsByKernelLog ? "echo \"<0>\(text)\" > /dev/kmsg" : "echo \"\(text)\""
  }

  private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
