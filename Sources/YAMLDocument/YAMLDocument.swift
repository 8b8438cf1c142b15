// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A YAML 1.1 text read as LAVA reads it (PyYAML's SafeLoader on libyaml), with the place of every node.
///
/// Where PyYAML silently does something a person would want to know (a key given twice), the document reads the same
/// and says so in `warnings`. Beyond PyYAML it refuses recursive aliases and whatever exceeds its `YAMLLimits`.
package struct YAMLDocument: Sendable {
  /// The files that the text comes from, as the user named them; marks carry their index. One, where the document was
  /// read and not put together from others.
  package let files: [String]
  /// The document's only node; a plain null scalar for an empty text.
  package let root: YAMLNode
  /// What was accepted and is probably not meant.
  package let warnings: [Diagnostic]

  /// Reads a text that holds one document.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, with or without a byte order mark.
  ///   - file: the name that places carry.
  /// - Throws: what is wrong with the text. libyaml stops at the first error, so there is one.
  package init(
    parsing bytes: [UInt8],
    file: String,
    limits: YAMLLimits = YAMLLimits()
  ) throws(DiagnosticList) {
    let source = try SourceText(bytes, file: file, maximumBytes: limits.maximumBytes)
    var composer = Composer(source: source, limits: limits)
    do throws(DiagnosticError) {
      root = try composer.compose()
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
    warnings = composer.warnings
    files = [file]
  }

  /// A document that was put together from others.
  ///
  /// - Parameters:
  ///   - root: its marks carry indices of `files`.
  ///   - files: at least one; the document goes by the name of the first.
  package init(_ root: YAMLNode, files: [String], warnings: [Diagnostic]) {
    precondition(!files.isEmpty, "a document has a file")
    self.root = root
    self.files = files
    self.warnings = warnings
  }

  /// The file as the user named it; of several, the one that the document goes by.
  package var file: String { files[0] }

  /// The place of a mark, counted from 1 as editors do.
  package func place(of mark: YAMLMark) -> SourcePlace {
    SourcePlace(file: files[mark.file], line: mark.line + 1, column: mark.column + 1)
  }

  /// Where a node begins.
  package func place(of node: YAMLNode) -> SourcePlace { place(of: node.start) }
}

/// The one diagnostic that ended the reading of a text.
struct DiagnosticError: Error {
  var diagnostic: Diagnostic
}
