// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Signals

/// Where the files go that boards send through their consoles: `<output>/files/<suite>/<name>`.
struct BoardFiles: Sendable {
  /// The longest name, in bytes; file systems take 255.
  private static let longestName = 200

  /// `<output>/files`.
  let folder: String

  /// Writes a file. One that is there is not touched: the new one gets a number.
  ///
  /// - Returns: its path below the folder's parent, such as `files/0_smoke/dmesg.txt`.
  func write(_ file: BoardFile) throws(Failure) -> String {
    let suite = Self.component(file.suite ?? "", else: "no-definition")
    let parent = Paths.join(folder, suite)
    for path in [folder, parent] where !FileSystem.exists(path) { try FileSystem.makeFolder(path) }
    let wanted = Self.component(file.name, else: "file")
    var name = wanted
    var count = 1
    while FileSystem.exists(Paths.join(parent, name)) {
      count += 1
      name = "\(wanted)-\(count)"
    }
    try FileSystem.write(file.bytes, to: Paths.join(parent, name))
    return "\(Paths.name(of: folder))/\(suite)/\(name)"
  }

  /// A name that a board chose, as one component of a path: without what leads elsewhere, hides it, or is no text.
  static func component(_ name: String, else other: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let isSafe = scalar != "/" && scalar.properties.generalCategory != .control && scalar != "\u{FFFD}"
      safe.append(isSafe ? scalar : "_")
    }
    while String(safe).utf8.count > longestName { safe.removeLast() }
    let text = String(safe)
    if text.isEmpty { return other }
    return text.hasPrefix(".") ? "_" + text.dropFirst() : text
  }
}
