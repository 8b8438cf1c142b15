// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Job {
  /// Reads a job. Gives nil when anything is an error; everything found is in `reading.diagnostics`.
  package init?(_ reading: Reading) {
    guard var top = MappingReader(reading.document.root, what: "the job", reading: reading) else { return nil }
    let name = top.string("job_name", required: true) ?? ""
    let deviceType = top.string("device_type")
    let timeouts = reading.jobTimeouts(&top)
    let context = top.freeMapping("context")
    let environment = top.freeMapping("environment")
    let tags = top.strings("tags") ?? []
    let secrets = top.secrets()
    let metadata = top.freeMapping("metadata")
    // What only LAVA's server and scheduler use.
    top.accept("device", "worker", "visibility", "priority", "notify", "reboot_to_fastboot")
    if let protocols = top.node("protocols") {
      reading.report(
        .error,
        "not-supported",
        "'protocols' is not supported yet",
        at: protocols,
        advice: "Multinode jobs come with a later version; see the table of limits in README.md."
      )
    }
    let items = top.list("actions", required: true) ?? []
    if let node = top.node("actions"), items.isEmpty, case .sequence = node.content {
      reading.report(
        .error,
        "no-actions",
        "'actions' of the job is empty",
        at: node,
        expected: "deploy, boot and test actions"
      )
    }
    let actions = items.compactMap(reading.action)
    top.close()
    // A block that could not be read is missing in the order.
    if actions.count == items.count { reading.checkOrder(of: actions) }
    guard !reading.diagnostics.hasErrors else { return nil }
    self.init(
      file: reading.document.file,
      name: name,
      deviceType: deviceType,
      timeouts: timeouts,
      context: context,
      environment: environment,
      tags: tags,
      secrets: secrets,
      actions: actions,
      metadata: metadata
    )
  }
}

extension Reading {
  fileprivate func jobTimeouts(_ top: inout MappingReader) -> StatedTimeouts {
    var timeouts = StatedTimeouts()
    guard var reader = top.mapping("timeouts", required: true) else { return timeouts }
    if let node = reader.node("job", required: true, expected: "the time the whole job may take") {
      timeouts.job = timeout(node, what: "the timeout 'job'")
    }
    timeouts.action = reader.node("action").flatMap { timeout($0, what: "the timeout 'action'") }
    timeouts.connection = reader.node("connection").flatMap { timeout($0, what: "the timeout 'connection'") }
    timeouts.actions = timeoutTable(&reader, "actions")
    timeouts.connections = timeoutTable(&reader, "connections")
    reader.accept("queue")
    reader.close()
    return timeouts
  }

  /// An item of `actions`: a mapping with one key, the kind of the action.
  fileprivate func action(_ item: YAMLNode) -> JobAction? {
    guard case .mapping(let entries) = item.content, let entry = entries.first, let kind = entry.key.keyText else {
      refuse(item, of: "an action", expected: "a mapping with one key: deploy, boot or test")
      return nil
    }
    for extra in entries.dropFirst() {
      report(
        .error,
        "two-actions-in-one",
        "an action has one key, this one has '\(kind)' and '\(extra.key.keyText ?? "")'",
        at: extra.key,
        advice: "Indent the keys of '\(kind)' further, or start the next action with '- '."
      )
    }
    guard var reader = MappingReader(entry.value, what: "the \(kind) action", reading: self) else { return nil }
    let body: JobAction.Body?
    switch kind {
    case "deploy": body = deploy(&reader).map { .deploy($0) }
    case "boot": body = boot(&reader).map { .boot($0) }
    case "test": body = test(&reader).map { .test($0) }
    default:
      refuseActionKind(kind, at: entry.key)
      return nil
    }
    let common = commonKeys(&reader)
    reader.close()
    return body.map { JobAction(common: common, body: $0) }
  }

  private func refuseActionKind(_ kind: String, at key: YAMLNode) {
    guard kind != "command", kind != "repeat" else {
      report(
        .error,
        "not-supported",
        "'\(kind)' blocks are not supported yet",
        at: key,
        advice: "See the table of limits in README.md."
      )
      return
    }
    report(
      .error,
      "unknown-action",
      "'\(kind)' is not a kind of action",
      at: key,
      expected: "one of: boot, deploy, test",
      suggestion: Suggestion.nearest(to: kind, among: ["boot", "deploy", "test"])
    )
  }

  private func commonKeys(_ reader: inout MappingReader) -> CommonKeys {
    var common = CommonKeys(node: reader.node)
    common.namespace = reader.string("namespace") ?? "common"
    common.connectionNamespace = reader.string("connection-namespace")
    common.timeout = reader.node("timeout").flatMap { timeout($0, what: "the timeout of \(reader.what)") }
    common.timeouts = timeoutTable(&reader, "timeouts")
    common.failureRetry = reader.int("failure_retry", atLeast: 1)
    common.failureRetryInterval = reader.int("failure_retry_interval", atLeast: 1).map { .seconds($0) }
    common.repeatCount = reader.int("repeat", atLeast: 1)
    reader.accept("role")
    if common.failureRetry != nil, common.repeatCount != nil, let entry = reader.entry("repeat") {
      report(
        .error,
        "repeat-and-retry",
        "'repeat' and 'failure_retry' cannot stand in one action",
        at: entry.key,
        advice: "Keep the one that is meant."
      )
    }
    return common
  }

  /// What LAVA would accept and fail on later: nothing to log in to, nothing to test on.
  fileprivate func checkOrder(of actions: [JobAction]) {
    var deployed: Set<String> = []
    var booted: Set<String> = []
    for action in actions {
      let namespace = action.common.connectionNamespace ?? action.common.namespace
      switch action.body {
      case .deploy: deployed.insert(action.common.namespace)
      case .boot: booted.insert(action.common.namespace)
      case .test where !booted.contains(namespace):
        report(
          .warning,
          "test-before-boot",
          "this test has no boot action before it in namespace '\(namespace)'",
          at: action.common.node,
          advice: "It needs a console; put a boot action before it."
        )
      case .test where !deployed.contains(action.common.namespace):
        report(
          .error,
          "test-without-deploy",
          "this test has no deploy action before it in namespace '\(action.common.namespace)'",
          at: action.common.node,
          advice: "A deploy builds the overlay with the test; 'deploy: {to: overlay}' is enough."
        )
      case .test: break
      }
    }
  }
}

extension MappingReader {
  /// A mapping that is passed on as it is.
  mutating func freeMapping(_ key: String) -> YAMLValue {
    guard let node = node(key) else { return .mapping([]) }
    guard case .mapping = node.content else {
      reading.refuse(node, of: "'\(key)'", expected: "a mapping of names to values")
      return .mapping([])
    }
    return node.value
  }

  fileprivate mutating func secrets() -> [(key: String, value: String)] {
    guard case .mapping(let pairs) = freeMapping("secrets") else { return [] }
    return pairs.compactMap { pair in
      guard let key = pair.key.string, let value = pair.value.string else { return nil }
      return (key, value)
    }
  }
}
