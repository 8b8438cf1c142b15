// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// The files beside the helper: what the host has put into `bin/`.
enum Board {
  /// A file in the folder of the helper that runs. The kernel tells that folder, from `argv[0]` or from PATH; `/proc`
  /// is not needed.
  @inline(never)
  static func file(_ name: StaticString) -> Bytes? {
    guard let path = path(name) else { return nil }
    return File.read(path)
  }

  /// Where such a file is.
  static func path(_ name: StaticString) -> Bytes? {
    guard let executable = board_exec_path() else { return nil }
    var path = bytes(executable)
    path.removeLast(path.lastPathComponent.count)
    path.append(name)
    return path
  }

  /// What the host tells the helpers; nothing when the file is not there.
  @inline(never)
  static func settings() -> HelperSettings {
    HelperSettings(file(".lava-helpers") ?? [])
  }

  /// The shell that runs people's steps: the job's, else `/bin/sh`.
  @inline(never)
  static func shell() -> Bytes {
    let shell = settings().value("shell")
    return shell.isEmpty ? Bytes("/bin/sh") : shell
  }
}
