// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Builds the tree of nodes from libyaml's events, without recursion: aliases become what they stand for, merge keys
/// are merged, and every bound is kept before memory is spent.
struct Composer {
  let source: SourceText
  let limits: YAMLLimits
  private(set) var warnings: [Diagnostic] = []

  private var root: YAMLNode?
  /// The collections that are open, outermost first.
  private var frames: [Frame] = []
  private var anchors: [String: Anchor] = [:]
  private var nodeCount = 0
  private var aliasedNodes = 0

  /// A sequence or a mapping whose end has not been seen.
  private struct Frame {
    var isMapping: Bool
    var anchor: String?
    var tag: String?
    var start: Int
    /// Items, or keys and values in turn.
    var nodes: [YAMLNode] = []
    var weight = Weight(size: 1, height: 1)
  }

  private enum Anchor {
    case open
    case complete(YAMLNode, Weight)
  }

  /// How many nodes a node stands for, and how deep its collections nest.
  private struct Weight {
    var size = 1
    var height = 0

    mutating func add(_ child: Weight) {
      size += child.size
      height = max(height, child.height + 1)
    }
  }

  init(source: SourceText, limits: YAMLLimits) {
    self.source = source
    self.limits = limits
  }

  /// The only document's root; a plain null for an empty stream.
  mutating func compose() throws(DiagnosticError) -> YAMLNode {
    try source.bytes.withUnsafeBufferPointer { (bytes) throws(DiagnosticError) -> Void in
      var reader = EventReader(bytes)
      while true {
        let event: YAMLEvent
        do throws(SyntaxProblem) {
          event = try reader.next()
        } catch {
          throw DiagnosticError(diagnostic: SyntaxDiagnosis(of: error, in: source).diagnostic)
        }
        if case .streamEnd = event.kind { return }
        try take(event)
      }
    }
    if let root { return root }
    let mark = source.mark(index: 0)
    return YAMLNode(.scalar(YAMLScalar(text: "", value: .null, isPlain: true)), start: mark, end: mark)
  }

  private mutating func take(_ event: YAMLEvent) throws(DiagnosticError) {
    switch event.kind {
    case .streamStart, .streamEnd, .documentEnd: return
    case .documentStart:
      guard root == nil else {
        throw fault(
          "several-documents",
          "a second document begins here",
          at: event,
          advice: "Only one document is read; remove '---', or split the text into files."
        )
      }
    case .alias(let name): try addAlias(name, event)
    case .scalar: try addScalar(event)
    case .sequenceStart, .mappingStart: try open(event)
    case .collectionEnd: try close(event)
    }
  }

  // MARK: Nodes

  private mutating func addScalar(_ event: YAMLEvent) throws(DiagnosticError) {
    guard case .scalar(let text, let isPlain, let isImplicit) = event.kind else { return }
    try count(event)
    let value = try scalarValue(text, isImplicit: isImplicit, event)
    let node = YAMLNode(
      .scalar(YAMLScalar(text: text, value: value, isPlain: isPlain)),
      start: source.mark(index: event.start),
      end: source.mark(index: event.end),
      tag: event.tag
    )
    try declare(event.anchor, at: event)
    if let anchor = event.anchor { anchors[anchor] = .complete(node, Weight()) }
    try add(node, Weight(), at: event)
  }

  private mutating func scalarValue(
    _ text: String,
    isImplicit: Bool,
    _ event: YAMLEvent
  ) throws(DiagnosticError) -> YAMLValue {
    if let tag = event.tag {
      guard let core = CoreTag(tag) else { throw unknownTag(tag, event) }
      guard let value = ScalarValue.value(of: text, tagged: core) else {
        throw fault("wrong-tag", "'\(text)' is not what its tag '!!\(core.rawValue)' says", at: event)
      }
      return value
    }
    guard isImplicit else { return .string(text) }
    let tag = ImplicitTag(of: text)
    if tag == .value || tag == .merge, !isAtKey {
      throw fault(
        "reserved-scalar",
        "'\(text)' has a special meaning in YAML 1.1 and cannot be a plain value",
        at: event,
        advice: "Put it in quotes: '\(text)'."
      )
    }
    if let value = ScalarValue.value(of: text, as: tag) { return value }
    warnings.append(
      Diagnostic(
        .warning,
        "not-an-integer",
        "'\(text)' looks like an integer but does not fit into 64 bits; it is read as text",
        at: source.place(of: source.mark(index: event.start)),
        length: event.end - event.start,
        advice: "Put it in quotes if text is meant."
      )
    )
    return .string(text)
  }

  private mutating func open(_ event: YAMLEvent) throws(DiagnosticError) {
    try count(event)
    var isMapping = false
    if case .mappingStart = event.kind { isMapping = true }
    if let tag = event.tag {
      guard let core = CoreTag(tag) else { throw unknownTag(tag, event) }
      guard core == (isMapping ? .map : .seq) else {
        let kind = isMapping ? "a mapping" : "a sequence"
        throw fault("wrong-tag", "\(kind) is not what its tag '!!\(core.rawValue)' says", at: event)
      }
    }
    guard frames.count < limits.maximumDepth else { throw tooDeep(event) }
    try declare(event.anchor, at: event)
    frames.append(Frame(isMapping: isMapping, anchor: event.anchor, tag: event.tag, start: event.start))
  }

  private mutating func close(_ event: YAMLEvent) throws(DiagnosticError) {
    guard let frame = frames.popLast() else { return }
    let content: YAMLNode.Content
    if frame.isMapping {
      var composer = MappingComposer(source: source)
      content = .mapping(try composer.entries(of: frame.nodes))
      warnings += composer.warnings
    } else {
      content = .sequence(frame.nodes)
    }
    let node = YAMLNode(
      content,
      start: source.mark(index: frame.start),
      end: source.mark(index: event.end),
      tag: frame.tag
    )
    if let anchor = frame.anchor { anchors[anchor] = .complete(node, frame.weight) }
    try add(node, frame.weight, at: event)
  }

  private mutating func addAlias(_ name: String, _ event: YAMLEvent) throws(DiagnosticError) {
    try count(event)
    switch anchors[name] {
    case nil:
      throw fault(
        "unknown-alias",
        "the alias '*\(name)' has no anchor '&\(name)' before it",
        at: event,
        suggestion: Suggestion.nearest(to: name, among: anchors.keys.sorted()).map { "*\($0)" },
        advice: "Put the value in quotes if it is meant to begin with '*'."
      )
    case .open:
      throw fault("recursive-alias", "the alias '*\(name)' stands inside of what it stands for", at: event)
    case .complete(let node, let weight):
      aliasedNodes += weight.size
      guard aliasedNodes <= limits.maximumAliasExpansion else {
        throw fault(
          "alias-expansion",
          "up to the alias '*\(name)' the aliases stand for more than \(limits.maximumAliasExpansion) values",
          at: event,
          advice: "Use fewer aliases that contain aliases."
        )
      }
      guard frames.count + weight.height <= limits.maximumDepth else { throw tooDeep(event) }
      try add(node, weight, at: event)
    }
  }

  /// Puts a complete node where it belongs.
  private mutating func add(_ node: YAMLNode, _ weight: Weight, at event: YAMLEvent) throws(DiagnosticError) {
    guard !frames.isEmpty else {
      root = node
      return
    }
    let top = frames.count - 1
    if isAtKey {
      guard case .scalar = node.content else { throw complexKey(node) }
    }
    frames[top].nodes.append(node)
    frames[top].weight.add(weight)
  }

  /// Whether the next node is the key of a mapping.
  private var isAtKey: Bool {
    guard let frame = frames.last else { return false }
    return frame.isMapping && frame.nodes.count.isMultiple(of: 2)
  }

  private mutating func declare(_ anchor: String?, at event: YAMLEvent) throws(DiagnosticError) {
    guard let anchor else { return }
    guard anchors[anchor] == nil else {
      throw fault(
        "duplicate-anchor",
        "the anchor '&\(anchor)' is given twice",
        at: event,
        advice: "Give each anchor a name of its own."
      )
    }
    anchors[anchor] = .open
  }

  private mutating func count(_ event: YAMLEvent) throws(DiagnosticError) {
    nodeCount += 1
    guard nodeCount <= limits.maximumNodes else {
      throw fault("too-many-values", "the text holds more than \(limits.maximumNodes) values", at: event)
    }
  }

  // MARK: Errors

  private func fault(
    _ code: String,
    _ message: String,
    at event: YAMLEvent,
    expected: String? = nil,
    suggestion: String? = nil,
    advice: String? = nil
  ) -> DiagnosticError {
    let start = source.mark(index: event.start)
    let end = source.mark(index: event.end)
    return DiagnosticError(
      diagnostic: Diagnostic(
        .error,
        code,
        message,
        at: source.place(of: start),
        length: start.line == end.line ? end.column - start.column : 1,
        expected: expected,
        suggestion: suggestion,
        advice: advice
      )
    )
  }

  private func tooDeep(_ event: YAMLEvent) -> DiagnosticError {
    fault(
      "too-deep",
      "lists and mappings nest more than \(limits.maximumDepth) deep",
      at: event,
      advice: "Look for brackets that are opened and never closed."
    )
  }

  private func unknownTag(_ tag: String, _ event: YAMLEvent) -> DiagnosticError {
    let standard = "tag:yaml.org,2002:"
    let shown = tag.hasPrefix(standard) ? "!!" + tag.dropFirst(standard.count) : tag
    return fault(
      "unknown-tag",
      "the tag '\(shown)' is not known",
      at: event,
      expected: "one of: " + CoreTag.allCases.map { "!!\($0.rawValue)" }.joined(separator: ", "),
      advice: "Put the value in quotes if it is meant to begin with '!'."
    )
  }

  private func complexKey(_ node: YAMLNode) -> DiagnosticError {
    var kind = "a list"
    if case .mapping = node.content { kind = "a mapping" }
    let isTemplate = source.head(before: node.start).last == UInt8(ascii: "{") && kind == "a mapping"
    return DiagnosticError(
      diagnostic: Diagnostic(
        .error,
        "complex-key",
        "\(kind) cannot be a key",
        at: source.place(of: node.start),
        length: node.length,
        advice: isTemplate
          ? "Put a value that begins with '{{' in quotes: \"{{ name }}\"." : "Put the key in quotes if text is meant."
      )
    )
  }
}
