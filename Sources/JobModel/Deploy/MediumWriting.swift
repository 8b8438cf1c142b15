// SPDX-License-Identifier: Apache-2.0

/// How a running board writes an image to one of its media (spec jobs §5.5).
package struct MediumWriting: Sendable, Hashable {
  /// A program of the board's, with what it is given.
  package struct Tool: Sendable, Hashable {
    /// An absolute path on the board.
    package var path: String
    /// Its arguments, a piece of a command line; `{DOWNLOAD_URL}` and `{DEVICE}` are filled in.
    package var options: String
    /// A regular expression of what it says when it has begun; nil where nothing is waited for.
    package var prompt: String?
  }

  /// What fetches the image and writes it to its standard output.
  package var download: Tool?
  /// What writes it to the medium; `dd` where it is nil.
  package var writer: Tool?
  /// Regular expressions of what is said at the end, in the place of what `dd` says.
  package var endPrompts: [String] = []
}
