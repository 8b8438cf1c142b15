// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The bytes of a file.
package func bytes(of path: String) -> [UInt8] {
  guard let stream = fopen(path, "r") else { return [] }
  defer { fclose(stream) }
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, stream)
    if count == 0 { return result }
    result += buffer[..<count]
  }
}

/// Runs a program of the host (found by PATH) through a shell that only redirects, and returns its output.
package func run(_ command: [String], in folder: String = "/") -> (status: Int32, output: String) {
  let quoted = command.map {
    "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
  guard let stream = popen("cd '\(folder)' && LC_ALL=C TZ=UTC \(quoted.joined(separator: " ")) 2>&1", "r") else {
    return (127, "")
  }
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&buffer, 1, buffer.count, stream)
    if count == 0 { break }
    output += buffer[..<count]
  }
  let status = pclose(stream)
  return ((status >> 8) & 0xFF, String(decoding: output, as: UTF8.self))
}

/// Whether a program is installed on this host.
package func isInstalled(_ program: String) -> Bool { run(["sh", "-c", "command -v \(program)"]).status == 0 }
