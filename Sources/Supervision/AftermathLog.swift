// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where a supervisor says what it had to do: a line each, with the time. Nobody is there to be told that it cannot be
/// written.
struct AftermathLog {
  private let descriptor: Int32

  init(path: String?) { descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) } ?? -1 }

  func write(_ text: String) {
    guard descriptor >= 0 else { return }
    let line = Array("\(Self.now) \(text)\n".utf8)
    _ = Glibc.write(descriptor, line, line.count)
  }

  /// As in LAVA's logs, to the second, in UTC.
  private static var now: String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
