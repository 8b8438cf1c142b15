// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A folder of its own for one test, removed with everything in it when the test is over.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() {
    var template = Array("/tmp/pumice-test-XXXXXX\0".utf8CString.dropLast())
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let made = mkdtemp(buffer.baseAddress!) else { preconditionFailure("no folder for a test") }
      return String(cString: made)
    }
  }

  deinit { _ = run(["rm", "-rf", path]) }

  /// The path of a file in the folder, whether it exists or not.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file.
  /// - Returns: its path.
  package func write(_ text: String, to name: String) -> String {
    let path = file(name)
    HostTools.write(text, to: path)
    return path
  }
}

/// Writes a file.
func write(_ text: String, to path: String) {
  let stream = fopen(path, "w")!
  fputs(text, stream)
  fclose(stream)
}
