// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A board that answers each line with its prompt, and the start of the test runner with a whole console as fast as its terminal
/// takes it: `pumice-bench board FILE`, as the connection command of a device. FILE says when the flood began and when all of it
/// was written, in nanoseconds of `CLOCK_MONOTONIC`.
struct FloodBoard {
  static let byteCount = 50_000_000
  /// Nearly each is a result.
  static let signalCount = 20_000
  static let suiteCount = 40
  static let prompt = "root@bench:~# "

  /// Of a definition; so does a job `4242` number them that deploys an overlay of inline definitions.
  static func uuid(_ index: Int) -> String { "4242_1.2.\(1 + 4 * index)" }

  /// Runs until its input ends.
  static func run(times: String) throws(BenchmarkFailure) {
    var settings = termios()
    // What it prints has its own line ends; what is typed is echoed by the terminal, as everywhere.
    if tcgetattr(STDIN_FILENO, &settings) == 0 {
      settings.c_oflag &= ~tcflag_t(OPOST)
      tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }
    try write(Array(prompt.utf8))
    while let line = readLine() {
      let words = line.split(separator: " ")
      if words.count == 3, words[0].hasSuffix("/lava-test-runner") {
        try flood(nonce: String(words[2]), times: times)
      } else if line.contains("RETRUNCODE") {
        try write(Array("<LAVA_SIGNAL_RETRUNCODE 0>\r\n".utf8))
      }
      try write(Array(prompt.utf8))
    }
  }

  private static func flood(nonce: String, times: String) throws(BenchmarkFailure) {
    let begin = now()
    var stream = ConsoleStream(
      signalCount: signalCount,
      byteCount: byteCount,
      suiteCount: suiteCount,
      nonce: nonce,
      uuid: uuid
    )
    var waiting: [UInt8] = []
    while let piece = stream.next() {
      waiting += piece
      guard waiting.count >= 1 << 16 else { continue }
      try write(waiting)
      waiting.removeAll(keepingCapacity: true)
    }
    try write(waiting)
    var file = try OutputFile(times)
    try file.write("\(begin) \(now()) \(stream.count) \(stream.resultCount)".utf8)
    try file.finish()
  }

  static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  private static func write(_ bytes: [UInt8]) throws(BenchmarkFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw BenchmarkFailure("the terminal is gone: \(String(cString: strerror(errno)))") }
      rest = rest.dropFirst(count)
    }
  }
}
