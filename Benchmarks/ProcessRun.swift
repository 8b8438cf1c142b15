// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What a process cost, from before its start until it was waited for.
struct ProcessCost {
  let time: Duration
  /// The largest resident set, in bytes.
  ///
  /// Linux starts the count of a child at the peak of the process that started it, so no less than that can be seen. This
  /// program measures processes while it is small itself, and reads the log into its memory after that.
  let peakMemory: Int
}

/// A program to run, with a small environment that is the same everywhere but for `PATH`.
struct ProcessRun {
  /// The program, looked up in `PATH`, and its arguments.
  var arguments: [String]
  /// Where its standard output goes.
  var output = "/dev/null"
  /// Where its standard error goes; nil: where this program's goes.
  var errors: String?
  /// The exit code that means it did its work.
  var expectedCode: Int32 = 0
  /// The folder for its temporary files.
  var temporaryFolder = "/tmp"
  /// More variables, as `NAME=value`.
  var environment: [String] = []

  /// Runs the program once.
  func cost() throws(BenchmarkFailure) -> ProcessCost {
    let clock = ContinuousClock()
    let start = clock.now
    let child = try spawn()
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw failure("cannot wait for it: \(String(cString: strerror(errno)))") }
    }
    let time = clock.now - start
    guard status & 0x7F == 0 else { throw failure("signal \(status & 0x7F) ended it") }
    let code = status >> 8 & 0xFF
    guard code == expectedCode else { throw failure("it ended with \(code) instead of \(expectedCode)") }
    return ProcessCost(time: time, peakMemory: usage.ru_maxrss * 1024)
  }

  /// Runs the program several times.
  /// - Returns: the median of the times, and the median of the peaks.
  func medianCost(of times: Int) throws(BenchmarkFailure) -> ProcessCost {
    var costs: [ProcessCost] = []
    for _ in 0..<times { costs.append(try cost()) }
    return ProcessCost(time: median(costs.map(\.time)), peakMemory: median(costs.map(\.peakMemory)))
  }

  private func failure(_ reason: String) -> BenchmarkFailure {
    BenchmarkFailure("\(arguments.joined(separator: " ")): \(reason)")
  }

  private func spawn() throws(BenchmarkFailure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if let errors {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    var argumentPointers = arguments.map { strdup($0) } + [nil]
    let variables = ["PATH=\(path)", "LC_ALL=C", "TMPDIR=\(temporaryFolder)"] + environment
    var variablePointers = variables.map { strdup($0) } + [nil]
    defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
    var child: pid_t = 0
    let error = posix_spawnp(&child, arguments[0], &actions, nil, &argumentPointers, &variablePointers)
    guard error == 0 else { throw failure("cannot start it: \(String(cString: strerror(error)))") }
    return child
  }
}
