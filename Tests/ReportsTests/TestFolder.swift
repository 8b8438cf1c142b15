// SPDX-License-Identifier: Apache-2.0

import Files

/// A folder that is there for as long as the value.
final class TestFolder {
  let path: String

  init() throws { path = try FileSystem.makeTemporaryFolder(prefix: "pumice-reports") }

  deinit {
    // What cannot be removed stays in the system's folder for temporary files.
    try? FileSystem.removeTree(path)
  }

  func path(_ name: String) -> String { "\(path)/\(name)" }
}
