// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import YAMLDocument

/// What a file is to hold. LAVA's server makes devices, and many people jobs, of Jinja templates, which are no YAML.
package enum SourceKind: Sendable {
  case job, device

  /// Parses a file.
  ///
  /// - Throws: what is wrong with it as YAML; where that is at a tag of a template, one error that says so instead.
  package func document(of bytes: [UInt8], file: String) throws(DiagnosticList) -> YAMLDocument {
    do throws(DiagnosticList) {
      return try YAMLDocument(parsing: bytes, file: file)
    } catch {
      throw tag(in: bytes, at: error).map { DiagnosticList([finding($0, file: file)]) } ?? error
    }
  }

  /// A tag of a template: `{% … %}`, `{{ … }}` or `{# … #}` on one line.
  private struct Tag {
    /// From 1.
    var line: Int
    /// From 1.
    var column: Int
    var length: Int
  }

  /// The first tag with which a line begins, or the one in which an error is.
  private func tag(in bytes: [UInt8], at errors: DiagnosticList) -> Tag? {
    let places = errors.items.filter { $0.severity == .error }.compactMap(\.place)
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let scalars = Array(String(decoding: line, as: UTF8.self).unicodeScalars)
      let begin = scalars.firstIndex { $0 != " " && $0 != "\t" } ?? 0
      let columns = places.filter { $0.line == number + 1 }.map(\.column)
      guard !columns.isEmpty || scalars.dropFirst(begin).starts(with: "{%".unicodeScalars) else { continue }
      for range in Self.tags(in: scalars)
      where range.lowerBound == begin && scalars[begin + 1] == "%"
        || columns.contains(where: { range.contains($0 - 1) })
      {
        return Tag(line: number + 1, column: range.lowerBound + 1, length: range.count)
      }
    }
    return nil
  }

  /// Where the tags of a line are.
  private static func tags(in line: [Unicode.Scalar]) -> [Range<Int>] {
    let closing: [Unicode.Scalar: Unicode.Scalar] = ["%": "%", "{": "}", "#": "#"]
    var tags: [Range<Int>] = []
    var index = 0
    while index + 1 < line.count {
      if line[index] == "{", let last = closing[line[index + 1]],
        let end = line.indices.dropFirst(index + 2).dropLast().first(where: { line[$0] == last && line[$0 + 1] == "}" })
      {
        tags.append(index..<end + 2)
        index = end + 2
      } else {
        index += 1
      }
    }
    return tags
  }

  private func finding(_ tag: Tag, file: String) -> Diagnostic {
    let message: String
    let advice: String
    switch self {
    case .job:
      message = "this is a Jinja template of a job, not a job"
      advice =
        "Have it rendered by the program that it is written for, and give the result. Put a value that is meant to "
        + "begin with '{' in quotes."
    case .device:
      message = "this is a Jinja template of LAVA's server, not a device file"
      advice =
        "'lavacli devices dict get --render HOSTNAME' prints what the server makes of it for a device: give that."
    }
    return Diagnostic(
      .error,
      "template",
      message,
      at: SourcePlace(file: file, line: tag.line, column: tag.column),
      length: tag.length,
      advice: advice
    )
  }
}
