// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `$LAVA_RESULT_DIR/results/<id>`: the files that a test case or a background process leaves on the board. With no
/// LAVA_RESULT_DIR it is `/results/<id>`, as in LAVA.
struct ResultDirectory {
  let path: Bytes

  /// Names the folder of an id.
  init(_ id: Bytes) {
    var path = Environment.value("LAVA_RESULT_DIR")
    path.append("/results/")
    path.append(id)
    self.path = path
  }

  /// Makes the folder; a failure is said on standard error.
  @inline(never)
  func make(for invocation: Invocation) {
    if !File.makeDirectory(path) { invocation.complainErrno("cannot make", path) }
  }

  /// Writes a value and a newline into a file of the folder.
  @inline(never)
  func write(_ value: Bytes, to name: StaticString) {
    var line = value
    line.append("\n")
    _ = File.write(line, to: File.path(path, name))
  }
}
