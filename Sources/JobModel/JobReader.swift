// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Job {
  /// Reads a job. Gives nil when anything is an error; everything found is in `reading.diagnostics`.
  package init?(_ reading: Reading) {
    guard var top = MappingReader(reading.document.root, what: "the job", reading: reading) else { return nil }
    guard !top.looksLikeDevice else {
      reading.refuseFile("this is a device file, not a job", advice: "Give the job first, and this file with --device.")
      return nil
    }
    guard !top.looksLikeV1 else {
      reading.refuseFile(
        "this is a V1 job, which is another language",
        advice: top.node["vm_group"] != nil
          ? "'pumice convert' shows what it becomes."
          : "Write it anew as 'deploy', 'boot' and 'test' actions."
      )
      return nil
    }
    top.accept("job_name", "device_type", "timeouts", "context", "environment", "tags", "secrets", "metadata")
    top.acceptUnlisted(["protocols"])
    top.acceptServerKeys()
    // Of one node of a multinode job (spec multinode §2).
    top.acceptUnlisted(["connection", "host_role"])
    top.drop(["logging_level"], now: "Leave it out: everything is logged.")
    top.drop(["target"], now: "Give the device's file with --device.")
    top.correct(["job_name", "timeouts", "actions"])
    let name = reading.jobName(&top)
    let (timeouts, references) = reading.jobTimeouts(&top)
    self.init(
      file: reading.document.file,
      name: name ?? "",
      deviceType: top.string("device_type"),
      timeouts: timeouts,
      context: reading.context(&top),
      architectureNode: top.node("context")?["arch"],
      environment: reading.environment(&top),
      protocols: top.freeMapping("protocols"),
      tags: top.strings("tags") ?? [],
      secrets: reading.secrets(&top),
      actions: reading.jobActions(&top),
      metadata: top.freeMapping("metadata"),
      references: references
    )
    reading.checkRoles(&top, actions)
    reading.checkBlockDevice(&top, actions)
    reading.checkProtocolNames(&top)
    reading.checkServerKeys(&top)
    top.close()
    reading.checkTimeouts(within: timeouts.job)
    guard !reading.diagnostics.hasErrors else { return nil }
  }
}

extension Reading {
  /// The job's name, of 1 to 200 characters (spec jobs §1).
  fileprivate func jobName(_ top: inout MappingReader) -> String? {
    guard let name = top.filledString("job_name", required: true) else { return nil }
    if name.unicodeScalars.count > 200, let node = top.node("job_name") {
      report(.error, "long-name", "'job_name' is longer than LAVA takes", at: node, expected: "200 characters at most")
    }
    return name
  }

  fileprivate func jobTimeouts(_ top: inout MappingReader) -> (StatedTimeouts, [ActionReference]) {
    var timeouts = StatedTimeouts()
    guard var reader = top.mapping("timeouts", required: true) else { return (timeouts, []) }
    reader.accept("action", "connection", "actions", "connections", "queue")
    reader.drop(["test"], now: "Give each test action its 'timeout'.")
    reader.correct(["job"])
    if let node = reader.node("job", required: true, expected: "the time the whole job may take: job: {minutes: 30}") {
      timeouts.job = timeout(node, what: "the timeout 'job'")
    }
    timeouts.action = reader.node("action").flatMap { timeout($0, what: "the timeout 'action'") }
    timeouts.connection = reader.node("connection").flatMap { timeout($0, what: "the timeout 'connection'") }
    _ = reader.node("queue").flatMap { timeout($0, what: "the timeout 'queue'", isBounded: false) }
    timeouts.actions = timeoutTable(&reader, "actions")
    timeouts.connections = timeoutTable(&reader, "connections")
    let references =
      actionReferences(&reader, "actions", .timeout) + actionReferences(&reader, "connections", .connectionTimeout)
    reader.close()
    return (timeouts, references)
  }

  /// What a template of the device, or a constant of it, gets from the job. LAVA takes numbers, texts and lists of them
  /// (spec jobs §1).
  func context(_ reader: inout MappingReader) -> YAMLValue {
    let value = reader.freeMapping("context")
    guard case .mapping(let entries)? = reader.node("context")?.content else { return value }
    for entry in entries where !entry.value.isContextValue {
      report(
        isStrict ? .error : .warning,
        "context-value",
        "LAVA takes no value in 'context' that is \(entry.value.spoken)",
        at: entry.value.isNull ? entry.key : entry.value,
        expected: "a text, a whole number, or a list of those"
      )
    }
    checkContextNames(entries.map(\.key))
    return value
  }

  /// LAVA's server refuses a timeout that is longer than the job's (spec jobs §1).
  fileprivate func checkTimeouts(within job: StatedTimeout?) {
    guard let job else { return }
    for timeout in timeouts where timeout.duration > job.duration {
      report(
        .warning,
        "longer-than-job",
        "\(timeout.what) is longer than the job's own, which ends the job first",
        at: timeout.node,
        advice: "A LAVA server refuses it; raise the job's timeout or lower this one."
      )
    }
  }

  /// Variables for the board's shell. What is no name there breaks the file of all of them.
  func environment(_ reader: inout MappingReader) -> YAMLValue {
    let value = reader.freeMapping("environment")
    guard case .mapping(let entries)? = reader.node("environment")?.content else { return value }
    for entry in entries where !(entry.key.keyText.map(isShellName) ?? false) {
      let name = entry.key.keyText.map { "'\($0.shortened)'" } ?? entry.key.spoken
      report(
        .warning,
        "environment-name",
        "the name of a shell variable cannot be \(name)",
        at: entry.key,
        expected: "letters, digits and '_', and no digit first"
      )
    }
    return value
  }

  /// POSIX "Name".
  private func isShellName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
    return text.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
    }
  }

  /// Texts by name (spec jobs §1). The values are not repeated in reports.
  fileprivate func secrets(_ top: inout MappingReader) -> [(key: String, value: String)] {
    guard var secrets = top.mapping("secrets") else { return [] }
    return secrets.table().compactMap { name, entry in
      if case .scalar(let scalar) = entry.value.content, case .string(let text) = scalar.value { return (name, text) }
      report(
        .error,
        "wrong-type",
        "the secret '\(name.shortened)' is not a text",
        at: entry.key,
        expected: "a text",
        advice: "Put it in quotes."
      )
      return nil
    }
  }

  fileprivate func refuseFile(_ message: String, advice: String) {
    report(.error, "wrong-file", message, at: document.root, advice: advice)
  }
}

// MARK: - Actions

extension Reading {
  fileprivate func jobActions(_ top: inout MappingReader) -> [JobAction] {
    guard let items = top.list("actions", required: true) else { return [] }
    if items.isEmpty, let entry = top.entry("actions") {
      report(
        .error,
        "no-actions",
        "'actions' of the job is empty",
        at: entry.key,
        expected: "deploy, boot and test actions"
      )
    }
    let actions = items.flatMap(self.actions)
    let readable = actions.compactMap(\.self)
    // One that could not be read is missing in the order, and may be the one that has no namespace.
    let isOrdered = readable.count == actions.count && haveNamespaces(readable) && readable.allSatisfy(\.isPlanned)
    for own in readable.byRole {
      checkNames(of: own)
      if isOrdered { checkOrder(of: own) }
    }
    return readable
  }

  /// Names must be unique within a namespace: they name the suites of the results (spec test-shell §5.1).
  private func checkNames(of actions: [JobAction]) {
    var first: [String: YAMLNode] = [:]
    for action in actions {
      guard case .test(let block) = action.body else { continue }
      for definition in block.definitions {
        let node = definition.node["name"] ?? definition.node
        let key = "\(action.common.namespace)/\(definition.name)"
        // Once more the same item: its block is repeated.
        guard let other = first.updateValue(node, forKey: key), other.start != node.start else { continue }
        report(
          .error,
          "duplicate-definition",
          "the definition of line \(place(of: other).line) is named '\(definition.name.shortened)' too",
          at: node,
          advice: "Give this one another name: names must be unique within a namespace."
        )
      }
    }
  }

  /// If one action has a namespace all must (spec jobs §1).
  private func haveNamespaces(_ actions: [JobAction]) -> Bool {
    let nameless = actions.filter { $0.common.namespace == CommonKeys.defaultNamespace }
    guard !nameless.isEmpty,
      let named = actions.first(where: { $0.common.namespace != CommonKeys.defaultNamespace })
    else { return true }
    for action in nameless {
      report(
        .error,
        "missing-namespace",
        "this action has no 'namespace', the one of line \(place(of: named.common.node).line) has",
        at: action.common.node,
        advice: "Once one action has a namespace all need one."
      )
    }
    return false
  }

  /// What LAVA would accept and fail on later: nothing to test on.
  private func checkOrder(of actions: [JobAction]) {
    var deployed: Set<String> = []
    var booted: Set<String> = []
    for action in actions {
      let namespaces = [action.common.namespace, action.common.connectionNamespace].compactMap(\.self)
      switch action.body {
      case .command: break
      case .deploy: deployed.insert(action.common.namespace)
      case .boot: booted.insert(action.common.namespace)
      case .test(let block):
        // A container brings its own.
        guard block.kind != .docker else { continue }
        // Said once for a namespace.
        if block.kind == .shell, deployed.isDisjoint(with: namespaces) {
          deployed.formUnion(namespaces)
          reportTestWithoutDeploy(action)
        }
        let console = namespaces.last ?? CommonKeys.defaultNamespace
        if booted.insert(console).inserted { reportTestBeforeBoot(action, in: console) }
      }
    }
  }

  private func reportTestWithoutDeploy(_ action: JobAction) {
    report(
      .error,
      "test-without-deploy",
      "this test has no deploy action before it in namespace '\(action.common.namespace)'",
      at: action.common.node,
      advice: "A deploy builds the overlay with the test; 'deploy: {to: overlay}' is enough."
    )
  }

  private func reportTestBeforeBoot(_ action: JobAction, in namespace: String) {
    report(
      .warning,
      "test-before-boot",
      "this test has no boot action before it in namespace '\(namespace)'",
      at: action.common.node,
      advice: "It needs a console; put a boot action before it."
    )
  }
}

extension YAMLNode {
  fileprivate var isContextValue: Bool {
    switch content {
    case .mapping: return false
    case .sequence(let items):
      return items.allSatisfy { if case .scalar = $0.content { $0.isContextValue } else { false } }
    case .scalar(let scalar):
      switch scalar.value {
      // To Python a boolean is a number.
      case .string, .int, .bool: return true
      default: return false
      }
    }
  }
}

extension MappingReader {
  /// Whether a file is a device's, given in the place of a job.
  fileprivate var looksLikeDevice: Bool { !has("job_name") && has("constants") && has("actions") }

  /// Whether a job is one of LAVA V1: its actions are commands with parameters (seed 002).
  fileprivate var looksLikeV1: Bool {
    guard case .sequence(let actions)? = node["actions"]?.content else { return false }
    return node["vm_group"] != nil || actions.contains { $0["command"]?.value.string != nil && $0["parameters"] != nil }
  }
}

extension JobAction {
  /// Whether its method is one that a plan can be made for.
  package var isPlanned: Bool {
    switch body {
    case .deploy(let deploy): Deploy.Target.planned.contains(deploy.target)
    case .boot(let boot): Boot.Method.planned.contains(boot.method)
    case .test(let block): block.kind != .services
    case .command: true
    }
  }
}

extension [JobAction] {
  /// The actions of each role, in order; all of them where there are no roles.
  fileprivate var byRole: [[JobAction]] {
    let roles = Set(flatMap(\.common.roles)).sorted()
    guard !roles.isEmpty else { return [self] }
    return roles.map { role in filter { $0.common.roles.isEmpty || $0.common.roles.contains(role) } }
  }
}
