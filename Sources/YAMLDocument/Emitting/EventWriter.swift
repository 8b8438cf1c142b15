// SPDX-License-Identifier: Apache-2.0

internal import CYAML

/// libyaml's emitter, set up as PyYAML's CSafeDumper does for block style.
struct EventWriter: ~Copyable {
  /// Whether each scalar stays on one line, however long it is.
  private let keepsLines: Bool
  /// On the heap, because the emitter keeps state between calls at its own address.
  private let emitter: UnsafeMutablePointer<yaml_emitter_t>
  private let output: UnsafeMutablePointer<[UInt8]>

  init(keepsLines: Bool = false) {
    self.keepsLines = keepsLines
    emitter = .allocate(capacity: 1)
    emitter.initialize(to: yaml_emitter_t())
    output = .allocate(capacity: 1)
    output.initialize(to: [])
    precondition(yaml_emitter_initialize(emitter) == 1, "libyaml has no memory")
    yaml_emitter_set_output(
      emitter,
      { output, bytes, count in
        guard let output, let bytes else { return 0 }
        output.assumingMemoryBound(to: [UInt8].self).pointee
          .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        return 1
      },
      output
    )
    if keepsLines { yaml_emitter_set_width(emitter, -1) }
    emit { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
    emit { yaml_document_start_event_initialize(&$0, nil, nil, nil, 1) }
  }

  deinit {
    yaml_emitter_delete(emitter)
    emitter.deallocate()
    output.deinitialize(count: 1)
    output.deallocate()
  }

  mutating func write(_ value: YAMLValue) {
    switch value {
    case .sequence(let items):
      emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE) }
      for item in items { write(item) }
      emit { yaml_sequence_end_event_initialize(&$0) }
    case .mapping(let pairs):
      emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
      for pair in pairs {
        write(pair.key)
        write(pair.value)
      }
      emit { yaml_mapping_end_event_initialize(&$0) }
    default: writeScalar(value)
    }
  }

  /// Writes a document and ends it.
  consuming func finish<Refusal>(
    _ document: LongDocument,
    to sink: ([UInt8]) throws(Refusal) -> Void
  ) throws(Refusal) {
    emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
    for field in document.fields {
      write(.string(field.key))
      switch field.content {
      case .value(let value): write(value)
      case .list(let items):
        emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE) }
        for item in items {
          write(item)
          guard output.pointee.count >= LongDocument.pieceSize else { continue }
          try sink(output.pointee)
          output.pointee.removeAll(keepingCapacity: true)
        }
        emit { yaml_sequence_end_event_initialize(&$0) }
      }
    }
    emit { yaml_mapping_end_event_initialize(&$0) }
    end()
    try sink(output.pointee)
  }

  consuming func finish() -> String {
    end()
    return String(decoding: output.pointee, as: UTF8.self)
  }

  private func end() {
    emit { yaml_document_end_event_initialize(&$0, 1) }
    emit { yaml_stream_end_event_initialize(&$0) }
  }

  private func writeScalar(_ value: YAMLValue) {
    guard let (given, tag) = value.scalarText else { return }
    var text = given
    let isPlainImplicit = ImplicitTag(of: text) == tag
    let isQuotedImplicit = tag == .string
    // libyaml copies and checks a tag, but looks at it only where no style implies it.
    let name = isPlainImplicit || isQuotedImplicit ? nil : tag.expandedName
    // Only escapes keep a line break on the line.
    let isEscaped = keepsLines && text.utf8.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    let style = isEscaped ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE
    text.withUTF8 { bytes in
      emit { event in
        yaml_scalar_event_initialize(
          &event,
          nil,
          name?.utf8Start,
          bytes.baseAddress,
          Int32(bytes.count),
          isPlainImplicit ? 1 : 0,
          isQuotedImplicit ? 1 : 0,
          style
        )
      }
    }
  }

  /// Values are valid by their type, so what could fail here is memory.
  private func emit(_ initialize: (inout yaml_event_t) -> Int32) {
    var event = yaml_event_t()
    precondition(initialize(&event) == 1, "libyaml has no memory for an event")
    precondition(yaml_emitter_emit(emitter, &event) == 1, "libyaml cannot emit")
  }
}

extension ImplicitTag {
  /// The tag that PyYAML's representer gives, ended by a zero.
  fileprivate var expandedName: StaticString {
    switch self {
    case .null: "tag:yaml.org,2002:null"
    case .bool: "tag:yaml.org,2002:bool"
    case .int: "tag:yaml.org,2002:int"
    case .float: "tag:yaml.org,2002:float"
    case .timestamp: "tag:yaml.org,2002:timestamp"
    case .merge, .value, .indicator, .string: "tag:yaml.org,2002:str"
    }
  }
}
