// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Says in a person's words what libyaml found wrong, at the place where it has to be mended.
struct SyntaxDiagnosis {
  /// YAML 1.1 §7.4.1 and libyaml: how far ':' may be from the begin of its key.
  private static let maximumKeyLength = 1024

  let problem: SyntaxProblem
  let source: SourceText
  let mark: YAMLMark
  /// Where the construct began, for instance the opening bracket.
  let contextMark: YAMLMark

  init(of problem: SyntaxProblem, in source: SourceText) {
    self.problem = problem
    self.source = source
    mark = source.mark(index: problem.position)
    contextMark = problem.contextPosition.map { source.mark(index: $0) } ?? mark
  }

  /// The first wording that knows the problem, and libyaml's own where none does.
  var diagnostic: Diagnostic {
    tab ?? quote ?? flow ?? indentation ?? leftover ?? mapping ?? character ?? libyaml
  }

  private func error(
    _ code: String,
    _ message: String,
    at place: YAMLMark? = nil,
    length: Int = 1,
    expected: String? = nil,
    advice: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .error,
      code,
      message,
      at: source.place(of: place ?? mark),
      length: length,
      expected: expected,
      advice: advice
    )
  }

  // MARK: What stands around the mark

  /// The character at the mark, or nil at the end of the line.
  private var nextCharacter: Character? {
    String(decoding: source.rest(from: mark).prefix(8), as: UTF8.self).first
  }

  private var head: ArraySlice<UInt8> { source.head(before: mark) }

  private var isFirstOnLine: Bool { head.allSatisfy(isBlank) }

  private var isAtEnd: Bool { source.isAtEnd(mark) }

  /// The mark of the first character of the marked line that is not a blank.
  private var lineBegin: YAMLMark {
    let blanks = source.line(mark.line).prefix(while: isBlank).count
    return YAMLMark(offset: mark.offset - head.count + blanks, line: mark.line, column: blanks)
  }

  /// The rest of the line from a mark on, without a comment's worth of detail: at most 40 characters.
  private func excerpt(from mark: YAMLMark) -> String {
    let text = String(decoding: source.rest(from: mark), as: UTF8.self)
    return text.count > 40 ? text.prefix(39) + "…" : text
  }

  // MARK: Wordings

  /// A tab among the blanks that begin a line, or between '-' and a key. Inside of brackets and quotes tabs may stand.
  private var tab: Diagnostic? {
    let free = ["while parsing a flow sequence", "while parsing a flow mapping", "while parsing a flow node"]
    guard !free.contains(problem.context), !problem.context.hasSuffix("a quoted scalar") else { return nil }
    let blanks = source.line(mark.line).prefix(while: isBlank)
    if let position = blanks.firstIndex(of: 0x09) {
      let column = position - blanks.startIndex
      let place = YAMLMark(offset: mark.offset - head.count + column, line: mark.line, column: column)
      return error(
        "tab-indentation",
        "a tab cannot indent YAML; use spaces",
        at: place,
        length: blanks[position...].prefix { $0 == 0x09 }.count,
        advice: "Replace each tab by two spaces."
      )
    }
    guard nextCharacter == "\t", problem.problem == "found character that cannot start any token" else { return nil }
    return error(
      "tab-indentation",
      "a tab cannot separate '-', '?' or ':' from a key; use a space",
      advice: "Replace the tab by a space."
    )
  }

  private var quote: Diagnostic? {
    switch problem.problem {
    case "found unexpected end of stream", "found unexpected document indicator":
      return error(
        "unclosed-quote",
        "the quote that opens here is never closed",
        at: contextMark,
        advice: "Close it with the same quote."
      )
    case "found unknown escape character":
      let escape = excerpt(from: mark).prefix(2)
      return error(
        "unknown-escape",
        "'\(escape)' is not an escape that double quotes know",
        length: 2,
        advice: "Write '\\\(escape)' for a backslash, or put the value in single quotes."
      )
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      return error(
        "invalid-escape",
        "the escape does not name a character",
        expected: "'\\x' and 2, '\\u' and 4, or '\\U' and 8 hexadecimal digits"
      )
    default: return nil
    }
  }

  /// Brackets and braces.
  private var flow: Diagnostic? {
    let isList = problem.context == "while parsing a flow sequence"
    if isList || problem.context == "while parsing a flow mapping" {
      let (opening, closing) = isList ? ("[", "]") : ("{", "}")
      if isAtEnd || mark.line > contextMark.line && nextCharacter == ":" && !hasValueBeforeMark {
        let end = isAtEnd ? "" : " before the key on line \(mark.line + 1)"
        return error(
          "unclosed-bracket",
          "the '\(opening)' that opens here is not closed\(end)",
          at: contextMark,
          advice: "Close it with '\(closing)'."
        )
      }
      return error(
        "missing-comma",
        "this does not fit between '\(opening)' (line \(contextMark.line + 1)) and '\(closing)'",
        expected: "',' or '\(closing)'",
        advice: "Put values that hold ',', ': ', brackets or braces in quotes."
      )
    }
    guard problem.problem == "did not find expected node content" else { return nil }
    if isAtEnd {
      return error(
        "unclosed-bracket",
        "the text ends inside of brackets",
        advice: "Close each '[' with ']' and each '{' with '}'."
      )
    }
    return error(
      "missing-value",
      "a value is expected before '\(nextCharacter ?? " ")'",
      advice: "Write null, or '' for an empty text; put the value in quotes if it is meant to begin like this."
    )
  }

  /// A line that begins in a column where it fits nothing.
  private var indentation: Diagnostic? {
    guard isFirstOnLine else { return nil }
    let first = contextMark.line + 1
    switch problem.problem {
    case "did not find expected key" where mark.column == contextMark.column && nextCharacter == "-":
      return error(
        "item-among-keys",
        "a list item stands among the keys of the mapping that begins on line \(first)",
        expected: "'key: value'",
        advice: "Indent the item if it belongs to the key above."
      )
    case "did not find expected '-' indicator" where mark.column == contextMark.column:
      return error(
        "key-among-items",
        "this is not an item of the list that begins on line \(first)",
        expected: "'- ' and a value",
        advice: "Indent the line if it belongs to the item above."
      )
    case "did not find expected key", "did not find expected '-' indicator":
      return error(
        "bad-indentation",
        "this line is indented by \(mark.column), which fits no line above",
        expected: "\(openColumns.map(String.init).joined(separator: " or ")) blanks"
      )
    case "did not find expected <document start>" where source.bytes.first == UInt8(ascii: "%"):
      return error("missing-document-start", "'---' is expected between the directives and the document")
    case "did not find expected <document start>":
      return error(
        "bad-indentation",
        "the document has ended before this line",
        advice: "Indent all keys of the top level alike, and leave out '...'."
      )
    default: return nil
    }
  }

  /// The columns in which lists and mappings above the marked line begin, from the outermost known on.
  private var openColumns: [Int] {
    var columns: [Int] = []
    for number in (contextMark.line..<mark.line).reversed() {
      let line = source.line(number)
      let column = line.prefix(while: isBlank).count
      let isContent = column < line.count && line.dropFirst(column).first != UInt8(ascii: "#")
      if isContent, column < columns.last ?? .max { columns.append(column) }
    }
    return columns.reversed()
  }

  /// Text behind something that was complete.
  private var leftover: Diagnostic? {
    let known = ["did not find expected key", "did not find expected '-' indicator"]
    guard known.contains(problem.problem) else { return nil }
    let before = head.last { !isBlank($0) }
    let isQuote = before == UInt8(ascii: "'") || before == UInt8(ascii: "\"")
    let kind = isQuote ? "closing quote" : "end of the value"
    return error(
      "text-after-value",
      "'\(excerpt(from: mark))' follows the \(kind)",
      length: excerpt(from: mark).unicodeScalars.count,
      advice: isQuote
        ? "Put the whole value in quotes; inside of single quotes write '' for one."
        : "Put the whole value in quotes."
    )
  }

  /// Keys and items where none may stand.
  private var mapping: Diagnostic? {
    switch problem.problem {
    case "mapping values are not allowed in this context":
      if mark.column - lineBegin.column > Self.maximumKeyLength {
        return error(
          "long-key",
          "a key cannot be longer than \(Self.maximumKeyLength) characters",
          at: lineBegin,
          advice: "Put the text in quotes if it is a value."
        )
      }
      if hasValueBeforeMark {
        return error(
          "second-colon",
          "a value on its key's line cannot hold ': '",
          advice: "Put the value in quotes, or begin a new line for the inner key."
        )
      }
      return error(
        "bad-indentation",
        "a key cannot stand here: the line above already has a value",
        at: lineBegin,
        length: mark.column - lineBegin.column,
        advice: "Indent the line like the key it follows, or put a value over several lines in quotes."
      )
    case "could not find expected ':'":
      return error(
        "missing-colon",
        "'\(excerpt(from: contextMark))' is no 'key: value'",
        at: contextMark,
        length: excerpt(from: contextMark).unicodeScalars.count,
        expected: "':' and a space after a key",
        advice: "Indent the line deeper than the line above if it continues its value."
      )
    case "block sequence entries are not allowed in this context":
      return error(
        "item-on-key-line",
        "a list cannot begin with '- ' on the line of its key",
        advice: "Begin a new line, or write the list in brackets: [a, b]."
      )
    default: return nil
    }
  }

  /// Whether a key and its value stand on the line before the mark: ': ' outside of quotes would do.
  private var hasValueBeforeMark: Bool {
    zip(head, head.dropFirst()).contains { $0 == UInt8(ascii: ":") && isBlank($1) }
  }

  /// Characters with a meaning of their own at the beginning of a value.
  private var character: Diagnostic? {
    switch problem.problem {
    case "found character that cannot start any token":
      return error(
        "reserved-character",
        "a plain value cannot begin with '\(nextCharacter ?? " ")'",
        advice: "Put it in quotes."
      )
    case "did not find expected alphabetic or numeric character":
      let isAlias = problem.context == "while scanning an alias"
      let (sign, noun) = isAlias ? ("*", "an alias") : ("&", "an anchor")
      return error(
        "reserved-character",
        "'\(sign)' begins \(noun), whose name is made of letters, digits, '-' and '_'",
        at: contextMark,
        advice: "Put the value in quotes if it is meant to begin with '\(sign)'."
      )
    case "found undefined tag handle":
      return error(
        "unknown-tag",
        "'!' begins a tag, and this one is not known",
        at: contextMark,
        advice: "Put the value in quotes if it is meant to begin with '!'."
      )
    case "did not find expected comment or line break" where problem.context == "while scanning a block scalar":
      return error(
        "text-after-block",
        "text cannot follow '|' or '>' on its line",
        advice: "Begin the text on the next line, indented; or put the value in quotes."
      )
    default: return nil
    }
  }

  private var libyaml: Diagnostic {
    let words = problem.context.isEmpty ? problem.problem : "\(problem.problem) \(problem.context)"
    return error("syntax", "the text is not YAML: \(words)", length: 0)
  }
}
