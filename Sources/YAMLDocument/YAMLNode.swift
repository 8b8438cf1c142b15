// SPDX-License-Identifier: Apache-2.0

/// A place inside a YAML text. All counted from 0; `offset` in bytes, `column` in Unicode scalars, `line` as editors
/// count (only LF, CR LF and CR end a line).
package struct YAMLMark: Sendable, Hashable {
  package var offset: Int
  package var line: Int
  package var column: Int
  /// Which of the document's files holds the text; 0 in a document of one file.
  package var file: Int

  package init(offset: Int, line: Int, column: Int, file: Int = 0) {
    self.offset = offset
    self.line = line
    self.column = column
    self.file = file
  }
}

/// A node of a parsed document: what it holds and where it stands.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  package var content: Content
  package var start: YAMLMark
  package var end: YAMLMark
  /// The explicit tag (`!!str`), expanded (`tag:yaml.org,2002:str`), if the text had one. Tags that PyYAML's SafeLoader
  /// does not know are refused.
  package var tag: String?

  package init(_ content: Content, start: YAMLMark, end: YAMLMark, tag: String? = nil) {
    self.content = content
    self.start = start
    self.end = end
    self.tag = tag
  }
}

/// A key of a mapping with its value, in the order of the text.
package struct YAMLEntry: Sendable {
  package var key: YAMLNode
  package var value: YAMLNode

  package init(key: YAMLNode, value: YAMLNode) {
    self.key = key
    self.value = value
  }
}

/// A scalar as it was written and as YAML 1.1 (PyYAML's SafeLoader) understands it.
package struct YAMLScalar: Sendable {
  /// The text after quotes and escapes are resolved.
  package var text: String
  /// What PyYAML would make of it.
  package var value: YAMLValue
  /// True for `plain` scalars, false for quoted and block ones.
  package var isPlain: Bool

  package init(text: String, value: YAMLValue, isPlain: Bool) {
    self.text = text
    self.value = value
    self.isPlain = isPlain
  }
}
