// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The action whose call finds out the address of the device that an ssh guest logs in to.
private let addressAction = "prepare-scp-overlay"

extension Reading {
  /// `protocols` of an action: the calls of `lava-multinode`, and where they name their actions.
  func protocolCalls(_ action: inout MappingReader) -> (calls: [ProtocolCall], references: [ActionReference]) {
    var calls: [ProtocolCall] = []
    var references: [ActionReference] = []
    guard var protocols = action.mapping("protocols") else { return (calls, references) }
    // Of LAVA; read by those who need them, if any.
    protocols.acceptUnlisted(["lava-xnbd", "lava-lxc", "lava-vland", "timeout"])
    if let misplaced = protocols.entry("timeout") {
      report(
        .warning,
        "misplaced-timeout",
        "'timeout' beside the protocols of \(action.what) has no effect",
        at: misplaced.key,
        advice: "Indent it as far as the 'request' of the call that it is for."
      )
    }
    for item in callItems(&protocols) {
      guard var reader = MappingReader(item, what: "the protocol call", reading: self) else { continue }
      let call = protocolCall(&reader)
      if let node = reader.node("action"), let name = node.keyText {
        references.append(ActionReference(name: name, purpose: .protocolCall, node: node))
      }
      reader.close()
      if let call { calls.append(call) }
    }
    protocols.close()
    return (calls, references)
  }

  /// The names under `protocols` of the job.
  func checkProtocolNames(_ top: inout MappingReader) {
    guard case .mapping? = top.node("protocols")?.content, var protocols = top.mapping("protocols") else { return }
    protocols.accept("lava-multinode", "lava-xnbd")
    // Of LAVA; nothing here reads them.
    protocols.acceptUnlisted(["lava-lxc", "lava-vland"])
    protocols.close()
  }

  /// The calls as they stand. One that is no list is what LAVA's documents have and LAVA itself looks past.
  private func callItems(_ protocols: inout MappingReader) -> [YAMLNode] {
    guard let node = protocols.node("lava-multinode", expected: "a list of calls") else { return [] }
    guard case .mapping = node.content else { return protocols.list("lava-multinode") ?? [] }
    report(
      .note,
      "call-not-in-a-list",
      "the calls of 'lava-multinode' are no list here: LAVA makes none of them",
      at: node,
      advice: "Write '- ' before the first key of the call, and indent the others as far."
    )
    return [node]
  }

  private func protocolCall(_ reader: inout MappingReader) -> ProtocolCall? {
    reader.correct(["action", "request"])
    let action = reader.filledString("action", required: true)
    let request: ProtocolCall.Request? = reader.choice("request", required: true)
    let roles = request == .waitAll ? reader.filledString("role").map { [$0] } : reader.oneOrMoreStrings("roles")
    let messageID = request == .start ? "lava_start" : reader.filledString("messageID", required: request != nil)
    let message = reader.freeMapping("message", required: action == addressAction && request != .start)
    let timeout = reader.node("timeout").flatMap { callTimeout($0) }
    guard let action, let request, let messageID else { return nil }
    if request == .start, let node = reader.node("request") {
      report(
        .note,
        "start-call",
        "LAVA does not make 'lava-start' calls of actions",
        at: node,
        advice: "For LAVA let the test say it: 'lava-send lava_start'."
      )
    }
    return ProtocolCall(
      action: action,
      request: request,
      messageID: messageID,
      message: message,
      roles: roles ?? [],
      timeout: timeout
    )
  }

  /// The timeout of a call, which may be a number: of seconds.
  private func callTimeout(_ node: YAMLNode) -> StatedTimeout? {
    guard case .scalar(let scalar) = node.content, case .int(let seconds) = scalar.value, (1...86400).contains(seconds)
    else { return timeout(node, what: "the timeout of the protocol call", isBounded: false) }
    return StatedTimeout(.seconds(seconds), at: place(of: node))
  }

  /// The names of actions that a mapping of timeouts has, in the order of the text.
  func actionReferences(
    _ reader: inout MappingReader,
    _ key: String,
    _ purpose: ActionReference.Purpose
  ) -> [ActionReference] {
    guard case .mapping(let entries)? = reader.node(key)?.content else { return [] }
    return entries.compactMap { entry in
      entry.key.keyText.map { ActionReference(name: $0, purpose: purpose, node: entry.key) }
    }
  }
}
