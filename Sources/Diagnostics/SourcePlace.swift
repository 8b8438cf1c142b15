// SPDX-License-Identifier: Apache-2.0

/// A place in a text that a person wrote: a job, a device file, a test definition.
package struct SourcePlace: Sendable, Hashable {
  /// The file as the user named it, or a name for a text without a file (`<stdin>`).
  package var file: String
  /// Counted from 1.
  package var line: Int
  /// Counted from 1, in Unicode scalars.
  package var column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension SourcePlace: CustomStringConvertible {
  /// `file:line:column`, as compilers print it and editors parse it.
  package var description: String { "\(file):\(line):\(column)" }
}
