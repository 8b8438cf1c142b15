// SPDX-License-Identifier: Apache-2.0

// Supervision: what must happen though this process is killed. A second process, the supervisor, is told of each
// obligation before there is one, and of its end; when the first one is gone it does what is left (docs/Supervisor.md).

/// Something that has to be done at the end of a job, by whoever is still there.
package enum Obligation: Sendable, Hashable {
  /// A session of processes has to end: TERM, and after a second KILL.
  ///
  /// - Parameters:
  ///   - leader: its number, which is that of the process that began it.
  ///   - startTime: when that process was started, in ticks, so that another one that got its number is left alone.
  case session(leader: Int32, startTime: UInt64)
  /// Programs have to be run: a power-off, the end of an export.
  case commands(Commands)
  /// A folder has to be removed with everything in it, or a file.
  case removal(path: String)

  /// Programs that are run one after the other; one that fails for good does not keep the next from running.
  package struct Commands: Sendable, Hashable {
    /// For the log: `power-off`.
    package var name: String
    /// The programs with their arguments. No shell is involved.
    package var lines: [[String]]
    /// How often each is tried.
    package var attempts: Int
    /// How long one try may take, in seconds.
    package var seconds: Int

    package init(_ name: String, _ lines: [[String]], attempts: Int = 3, seconds: Int = 60) {
      self.name = name
      self.lines = lines
      self.attempts = attempts
      self.seconds = seconds
    }
  }
}
