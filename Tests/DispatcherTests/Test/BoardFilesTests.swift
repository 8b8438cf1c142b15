// SPDX-License-Identifier: Apache-2.0

import Files
import HostTools
import Signals
import Testing

@testable import Dispatcher

/// Files of a board, whose names nobody can trust.
@Suite struct BoardFilesTests {
  @Test(
    arguments: [
      ("dmesg.txt", "dmesg.txt"), ("a b", "a b"), ("../../etc/passwd", "_._.._etc_passwd"), ("/abs", "_abs"),
      ("..", "_."), (".", "_"), (".hidden", "_hidden"), ("", "file"), ("tab\tnul\0esc\u{1B}", "tab_nul_esc_"),
      ("-rf", "-rf"), (String(repeating: "é", count: 150), String(repeating: "é", count: 100)),
    ]
  )
  func names(_ name: String, _ component: String) {
    #expect(BoardFiles.component(name, else: "file") == component)
  }

  @Test func nothingIsOverwritten() throws {
    let folder = TemporaryFolder()
    let files = BoardFiles(folder: folder.file("files"))
    var paths: [String] = []
    for text in ["one", "two", "three"] {
      paths.append(try files.write(BoardFile(suite: "0_smoke", name: "log", bytes: Array(text.utf8))))
    }
    paths.append(try files.write(BoardFile(suite: nil, name: "../log", bytes: [])))
    #expect(
      paths == ["files/0_smoke/log", "files/0_smoke/log-2", "files/0_smoke/log-3", "files/no-definition/_._log"]
    )
    #expect(try FileSystem.readText(folder.file("files/0_smoke/log-2")) == "two")
  }
}
