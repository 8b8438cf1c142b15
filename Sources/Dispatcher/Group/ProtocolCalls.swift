// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Multinode
import Pipeline
import Signals
import YAMLDocument

// The calls that the actions of a block make to the group (spec multinode §5).

extension Action {
  /// The action with the calls of its block in it: before what it does itself, a `lava-start` behind it.
  func making(_ calls: [ProtocolCall], _ context: JobContext) -> Action {
    var action = self
    action.children = children.map { $0.making(calls, context) }
    let own = calls.filter { $0.action == name }
    let (late, early) = (own.filter { $0.request == .start }, own.filter { $0.request != .start })
    if !early.isEmpty {
      let step = run
      action.run = { run throws(Failure) in
        for call in early { try await context.make(call, run) }
        try await step?(run)
      }
    }
    if !late.isEmpty {
      let step = finish
      action.finish = { run throws(Failure) in
        try await step?(run)
        for call in late { try await context.make(call, run) }
      }
    }
    return action
  }
}

extension JobContext {
  /// Makes a call to the group within the time it may take.
  ///
  /// - Parameter limit: nil: that of the role, or LAVA's.
  func callGroup(
    _ call: MultinodeCall,
    _ run: ActionRun,
    within limit: Duration? = nil
  ) async throws(Failure) -> GroupReply {
    let group = group
    let limit = limit ?? NodeFacts(job)?.timeout ?? GroupNode.callTimeout
    let name = "lava-\(call.name.lowercased().replacing("_", with: "-"))"
    let id = call.arguments.first ?? ""
    let late = Failure(
      .multinodeTimeout,
      "multinode-timeout",
      "\(name) '\(id)' was not over after \(limit.components.seconds) seconds",
      advice: "Raise 'timeout' of the role, or of the call ('timeout: {minutes: 5}')."
    )
    do throws(Failure) {
      return try await run.withTimeout(limit, late) { () async throws(Failure) in try await group.call(call) }
    } catch {
      guard error.code == late.code || error.code == "group-canceled",
        let standing = await group.standing(of: call)
      else { throw error }
      var failure = error
      failure.message =
        "\(error.code == late.code ? late.message : "\(name) '\(id)' was not over"): it waits for \(standing)"
      throw failure
    }
  }

  /// Makes the call of an action, and keeps what it gets.
  fileprivate func make(_ call: ProtocolCall, _ run: ActionRun) async throws(Failure) {
    run.log(.info, "Making protocol call for \(run.name) using lava-multinode")
    let reply: GroupReply
    if call.request == .start {
      reply = try await start(call.roles)
    } else {
      reply = try await callGroup(MultinodeCall(call), run, within: call.timeout?.duration)
    }
    switch reply {
    case .acknowledged: return
    case .refused:
      throw Failure(
        .job,
        "call-refused",
        "the group refuses '\(call.request.rawValue) \(call.messageID)' of \(run.name)",
        advice: "Look whether the role that it names has nodes."
      )
    case .messages(let messages): try keep(messages, of: call, run)
    }
  }

  private func start(_ roles: [String]) async throws(Failure) -> GroupReply {
    try await group.call(
      MultinodeCall(
        name: "SEND",
        arguments: [GroupRequest.startID] + (roles.isEmpty ? [] : ["roles=" + roles.joined(separator: ",")])
      )
    )
  }

  /// Each value of the call's message that begins with '$' stands for what came under its key.
  private func keep(_ messages: [GroupMessage], of call: ProtocolCall, _ run: ActionRun) throws(Failure) {
    guard let wanted = call.message.mapping, !wanted.isEmpty else { return }
    var data: [(key: String, value: String)] = []
    for pair in wanted {
      guard let key = pair.key.string, let text = pair.value.string, text.hasPrefix("$") else { continue }
      if let value = messages.lazy.compactMap({ $0.content[key] == nil ? nil : $0.value(of: key) }).first {
        data.append((key, value))
      } else {
        run.log(.warning, "Skipping \(key) - not found in what was sent as '\(call.messageID)'")
      }
    }
    guard !data.isEmpty else {
      throw Failure(
        .job,
        "nothing-replaceable",
        "Unable to identify replaceable values in the parameters: none of the keys of '\(call.messageID)' came",
        advice: "The keys of 'message' have to be those of the 'lava-send', and the values have to begin with '$'."
      )
    }
    let text = data.map { "'\($0.key)': '\($0.value)'" }.joined(separator: ", ")
    run.log(.debug, "Setting namespace data key \(call.messageID) to {\(text)}")
    receive(data, as: call.messageID)
  }
}

extension GroupMessage {
  /// The value of a key.
  func value(of key: String) -> String? { data.first { $0.key == key }?.value }
}

extension MultinodeCall {
  init(_ call: ProtocolCall) {
    switch call.request {
    case .wait: self.init(name: "WAIT", arguments: [call.messageID])
    case .waitAll: self.init(name: "WAIT_ALL", arguments: [call.messageID] + call.roles.prefix(1))
    case .sync: self.init(name: "SYNC", arguments: [call.messageID])
    case .send, .start:
      let message = GroupMessage(sender: "", content: call.message).data
      self.init(name: "SEND", arguments: [call.messageID] + message.map { "\($0.key)=\($0.value)" })
    }
  }
}
