// SPDX-License-Identifier: Apache-2.0

// LavaRun: the command line of LAVA's `lava-run` on top of the dispatcher, so that LAVA's own worker can start it.

internal import ArgumentParser
internal import Diagnostics
internal import Events
internal import Glibc
internal import Reports

/// The command `lava-run`.
package enum LavaRun {
  /// Every job that failed, of whatever reason (spec results-and-log §4).
  static let failed: Int32 = 1
  /// Python's argparse ends so where the command line is wrong.
  static let wrongUsage: Int32 = 2

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let errors = Terminal(descriptor: STDERR_FILENO)

  /// Runs the command.
  ///
  /// - Parameter arguments: the program's name, then its arguments. The process's own are overwritten.
  /// - Returns: the exit code.
  package static func main(_ arguments: [String]) async -> Int32 {
    ProcessTitle.set("lava-run")
    let options: LavaRunOptions
    do {
      options = try LavaRunOptions.parse(OptionNames.completed(Array(arguments.dropFirst())))
    } catch {
      let text = LavaRunOptions.fullMessage(for: error) + "\n"
      let isHelp = LavaRunOptions.exitCode(for: error) == .success
      (isHelp ? output : errors).write(text)
      return isHelp ? 0 : wrongUsage
    }
    ProcessTitle.set("lava-run [job: \(options.jobID)]")
    guard geteuid() == 0 || options.skipSudoWarning else {
      output.write("lava-run should be executed as root\n")
      return failed
    }
    let control = JobControl()
    let signals = WorkerSignals(control)
    defer { signals.end() }
    do throws(Failure) {
      return try await WorkerJob(options, control).run()
    } catch {
      errors.write(SecretMask([options.token].compactMap(\.self)).masked("\(error.kind.errorType)Error: \(error)\n"))
      return failed
    }
  }
}
