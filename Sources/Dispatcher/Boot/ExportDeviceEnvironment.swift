// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Overlay
import Pipeline
import ShellText
import YAMLDocument

/// `export-device-env`: gives the board's shell the variables of an env-dut (spec test-shell §4.3).
struct ExportDeviceEnvironment: ActionTree {
  let context: JobContext
  let namespace: String

  var actions: [Action] {
    Action("export-device-env", summary: "export the device's environment to the shell", run: export)
  }

  private func export(_ run: ActionRun) async throws(Failure) {
    guard let variables = context.settings.deviceEnvironment else { return }
    let file = try context.shellFile(of: namespace)
    let session = try context.session(of: namespace)
    for (name, value) in variables {
      guard let line = Self.line(name, value, file: file) else {
        run.log(.warning, "the variable '\(name)' was left out: no line of a shell can set it")
        continue
      }
      try await session.run(line, run)
    }
    try await session.run(". \(file)", run)
  }

  /// What is typed for a variable: LAVA's line where nothing in the value means something to a shell, else one that says
  /// the same safely. Nil where a line cannot say it.
  static func line(_ name: String, _ value: String, file: String) -> String? {
    guard ShellWord.isVariableName(name), !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
    else { return nil }
    if value.isEmpty || ShellWord.quote(value) == value { return #"echo export \#(name)=\'\#(value)\' >> \#(file)"# }
    return #"printf '%s\n' \#(ShellWord.quote("export \(name)=\(ShellWord.quote(value))")) >> \#(file)"#
  }
}

extension JobContext {
  /// The file that the board's shell reads at its start.
  ///
  /// - Throws: a job failure where its system has none (android, lede).
  fileprivate func shellFile(of namespace: String) throws(Failure) -> String {
    let os = deploymentData(of: namespace)
    let hasNone = os.map { $0.shellFile == nil } ?? false
    if !hasNone, let file = constant("lava_test_shell_file", in: "posix", os: os)?.string, !file.isEmpty {
      return file
    }
    throw Failure(
      .job,
      "no-shell-file",
      "Invalid deployment data - missing lava_test_shell_file",
      advice: "This 'os' takes no environment from the worker: remove env-dut for this device."
    )
  }
}
