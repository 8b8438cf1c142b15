// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// A LAVA V2 job for one device (spec jobs §1).
package struct Job: Sendable {
  /// The file as the user named it; relative `file:` URLs are relative to its folder.
  package var file: String
  package var name: String
  package var deviceType: String?
  package var timeouts: StatedTimeouts
  package var context: YAMLValue
  /// Where the job itself says the `arch` of its context.
  package var architectureNode: YAMLNode?
  package var environment: YAMLValue
  /// `protocols`, as they stand, by name.
  package var protocols: YAMLValue
  package var tags: [String]
  /// In the order of the text.
  package var secrets: [(key: String, value: String)]
  package var actions: [JobAction]
  package var metadata: YAMLValue
  /// Where the job's own timeouts name actions.
  package var references: [ActionReference]
}

/// One item of a job's `actions`.
package struct JobAction: Sendable {
  package enum Body: Sendable {
    case deploy(Deploy)
    case boot(Boot)
    case test(TestBlock)
    /// A command of the device, by its name.
    case command(String)
  }

  package var common: CommonKeys
  package var body: Body
}

/// The keys that every action may have (spec jobs §2).
package struct CommonKeys: Sendable {
  /// The namespace of actions that name none.
  package static let defaultNamespace = "common"

  package var namespace: String = defaultNamespace
  package var connectionNamespace: String?
  /// The roles of a multinode job that the action is for; none for all.
  package var roles: [String] = []
  package var timeout: StatedTimeout?
  /// By action name.
  package var timeouts: [String: StatedTimeout] = [:]
  /// How long its actions wait for a prompt, where neither job nor device say that of an action by its name. LAVA's
  /// dispatcher knows the key, its server refuses it.
  package var connectionTimeout: StatedTimeout?
  /// What the actions of the block ask of the group's coordinator, in the order of the text.
  package var calls: [ProtocolCall] = []
  /// Where the block names actions.
  package var references: [ActionReference] = []
  package var failureRetry: Int?
  package var failureRetryInterval: Duration?
  package var repeatCount: Int?
  /// Where the action stands in the job: the key that names its kind.
  package var node: YAMLNode
  /// Its keys, as they stand.
  package var body: YAMLNode

  /// Where a key's value stands; where the action stands if it has none.
  package func node(of key: String) -> YAMLNode { body[key] ?? node }
}

extension Job {
  /// Whether this is the definition of one node of a multinode job, as LAVA hands it to a worker (spec multinode §2).
  package var isNode: Bool { protocols["lava-multinode"]?["target_group"] != nil }

  /// The roles of a multinode job that is not split into its nodes yet.
  package var roles: [String] {
    isNode ? [] : protocols["lava-multinode"]?["roles"]?.mapping?.compactMap(\.key.string) ?? []
  }
}
