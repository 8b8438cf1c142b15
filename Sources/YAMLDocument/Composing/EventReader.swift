// SPDX-License-Identifier: Apache-2.0

internal import CYAML

/// One of libyaml's parsing events. Positions are counted in Unicode scalars.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    /// `isImplicit`: the type follows from the text, which is so for plain scalars and those tagged `!`.
    case scalar(text: String, isPlain: Bool, isImplicit: Bool)
    case sequenceStart
    case mappingStart
    case collectionEnd
  }

  var kind: Kind
  var anchor: String?
  var tag: String?
  var start: Int
  var end: Int
}

/// What libyaml says of a text that it cannot read.
struct SyntaxProblem: Error {
  var problem: String
  /// Where, in Unicode scalars.
  var position: Int
  /// What libyaml was doing: `while parsing a block mapping`.
  var context: String
  /// Where that began, in Unicode scalars.
  var contextPosition: Int?
}

/// libyaml's parser on bytes that outlive it.
struct EventReader: ~Copyable {
  /// On the heap, because the parser holds its own address.
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// - Parameter bytes: UTF-8 without a byte order mark; not copied.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "libyaml has no memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  mutating func next() throws(SyntaxProblem) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(event)
  }

  private func problem() -> SyntaxProblem {
    SyntaxProblem(
      problem: parser.pointee.problem.map { String(cString: $0) } ?? "out of memory",
      position: Int(parser.pointee.problem_mark.index),
      context: parser.pointee.context.map { String(cString: $0) } ?? "",
      contextPosition: parser.pointee.context == nil ? nil : Int(parser.pointee.context_mark.index)
    )
  }
}

extension YAMLEvent {
  fileprivate init(_ event: yaml_event_t) {
    start = Int(event.start_mark.index)
    end = Int(event.end_mark.index)
    switch event.type {
    case YAML_STREAM_START_EVENT: kind = .streamStart
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      kind = .scalar(
        text: String(decoding: bytes, as: UTF8.self),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
        isImplicit: scalar.plain_implicit != 0
      )
      anchor = text(scalar.anchor)
      tag = specificTag(scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      anchor = text(event.data.sequence_start.anchor)
      tag = specificTag(event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      anchor = text(event.data.mapping_start.anchor)
      tag = specificTag(event.data.mapping_start.tag)
    default: kind = .collectionEnd
    }
  }
}

private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
  pointer.map { String(cString: $0) }
}

/// A tag that says more than `!`, which only asks for the type that the text implies (YAML 1.1 §3.3.2).
private func specificTag(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
  guard let tag = text(pointer), tag != "!" else { return nil }
  return tag
}
