// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// Puts values into a document, one after the other, has it read, and tells what the readers say to each.
struct SchemaProbe {
  /// The way from the top of the document to a value.
  enum Step {
    /// Under a key of a mapping that has some other entries.
    case key(String, beside: [YAMLValue.Pair])
    /// The only item of a list.
    case item
  }

  /// What the readers say to one value.
  struct Answer: Hashable {
    /// What was asked of the value, where it is a mapping that was looked into.
    var mapping: Inquiry.Mapping?
    /// The codes of the errors at the value and at its key.
    var errors: Set<String>
  }

  /// Errors of values that would be right if something else stood elsewhere: no matter of what can stand there.
  private static let relations: Set<String> = ["expects-itself", "unknown-role"]

  /// Reads a document with the product's own readers; gives what was found and what was asked.
  let read: (YAMLDocument) -> (DiagnosticList, Inquiry)

  /// Has a document read that holds one value, at the end of a way.
  func answer(to value: YAMLValue, at way: [Step]) -> Answer {
    var lines = Lines()
    let whole = way.reversed().reduce(value) { inner, step in
      switch step {
      case .key(let name, let others): .mapping(others + [YAMLValue.Pair(.string(name), inner)])
      case .item: .sequence([inner])
      }
    }
    let root = lines.node(whole)
    let (findings, inquiry) = read(YAMLDocument(root, files: ["probe"], warnings: []))
    let (line, keyLine) = Self.place(way, in: root)
    let errors = findings.items.filter {
      $0.severity == .error && $0.place?.file == "probe" && !Self.relations.contains($0.code)
        && ($0.place?.line == line + 1 || $0.place?.line == keyLine + 1)
    }
    return Answer(mapping: inquiry.mappings[line], errors: Set(errors.map(\.code)))
  }

  /// The lines of the value at the end of a way and of its key; of the value alone where it has no key.
  private static func place(_ way: [Step], in root: YAMLNode) -> (line: Int, keyLine: Int) {
    var node = root
    var key = root
    for step in way {
      switch (step, node.content) {
      case (.key, .mapping(let entries)):
        guard let last = entries.last else { continue }
        (key, node) = (last.key, last.value)
      case (.item, .sequence(let items)):
        guard let first = items.first else { continue }
        (key, node) = (first, first)
      default: continue
      }
    }
    return (node.start.line, key.start.line)
  }

  /// Gives every node a line of its own.
  private struct Lines {
    private var next = 0

    mutating func node(_ value: YAMLValue) -> YAMLNode {
      let mark = YAMLMark(offset: next, line: next, column: 0)
      next += 1
      let content: YAMLNode.Content =
        switch value {
        case .sequence(let items): .sequence(items.map { node($0) })
        case .mapping(let pairs): .mapping(pairs.map { YAMLEntry(key: node($0.key), value: node($0.value)) })
        case .string(let text): .scalar(YAMLScalar(text: text, value: value, isPlain: false))
        // With nothing behind the colon.
        case .null: .scalar(YAMLScalar(text: "", value: value, isPlain: true))
        default: .scalar(YAMLScalar(text: YAMLEmitter.inline(value), value: value, isPlain: true))
        }
      return YAMLNode(content, start: mark, end: mark)
    }
  }
}
