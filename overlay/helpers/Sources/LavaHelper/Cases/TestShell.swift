// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-test-shell --output_dir FOLDER COMMAND…`: runs the steps of one definition, and writes their exit status to
/// `FOLDER/return_code`.
enum TestShell {
  static func run(_ invocation: Invocation) -> Int32 {
    let folder = invocation.argument(1)
    // LAVA splits the command again at blanks.
    let command = Bytes.joining(invocation.arguments.dropping(2), by: " ").words
    if command.isEmpty { return invocation.usage("Usage: lava-test-shell --output_dir FOLDER COMMAND…") }
    Environment.set("LAVA_RESULT_DIR", folder)
    record(Child.run(command, for: invocation.name), in: folder, "return_code")
    return 0
  }

  /// Writes an exit status and a newline into a file of the folder of results.
  @inline(never)
  static func record(_ status: Int32, in folder: Bytes, _ name: StaticString) {
    var text: Bytes = []
    text.append(decimal: status)
    text.append("\n")
    _ = File.write(text, to: File.path(folder, name))
  }
}
