// SPDX-License-Identifier: Apache-2.0

/// A top-level action together with what its block of the job says about it (spec jobs §2).
package struct Block: Sendable {
  package var section: Section
  package var action: Action
  package var namespace: String
  /// The block's `timeout`.
  package var timeout: TimeLimit?
  /// `timeout: {skip: true}`: when a test runs out of time, the job goes on with the next block.
  package var skipsTimeout: Bool
  /// The block's `timeouts`, by action name.
  package var timeouts: [String: TimeLimit]
  /// The block's `connection_timeout`.
  package var connectionTimeout: TimeLimit?
  /// `failure_retry`, at least 1.
  package var failureRetry: Int?
  /// `repeat`, at least 1: how often the retry actions run, success or not. Not together with `failure_retry`.
  package var repeatCount: Int?
  /// `failure_retry_interval`; 1 s where it is not given.
  package var failureRetryInterval: Duration
  /// What counts where the block does not say how often to try.
  package var retryConstants: RetryConstants

  package init(
    _ section: Section,
    _ action: Action,
    namespace: String = "common",
    timeout: TimeLimit? = nil,
    skipsTimeout: Bool = false,
    timeouts: [String: TimeLimit] = [:],
    connectionTimeout: TimeLimit? = nil,
    failureRetry: Int? = nil,
    repeatCount: Int? = nil,
    failureRetryInterval: Duration = .seconds(1),
    retryConstants: RetryConstants = RetryConstants()
  ) {
    self.section = section
    self.action = action
    self.namespace = namespace
    self.timeout = timeout
    self.skipsTimeout = skipsTimeout
    self.timeouts = timeouts
    self.connectionTimeout = connectionTimeout
    self.failureRetry = failureRetry
    self.repeatCount = repeatCount
    self.failureRetryInterval = failureRetryInterval
    self.retryConstants = retryConstants
  }

  /// How often a retry action of this section runs at most (spec jobs §4.3).
  func maxRetries(in section: Section) -> Int {
    if let repeatCount { return max(1, repeatCount) }
    if let failureRetry { return max(1, failureRetry) }
    if section == .boot, let bootRetry = retryConstants.bootRetry { return max(1, bootRetry) }
    return max(1, retryConstants.failureRetry)
  }
}

/// The constants of job context and device that say how often to try.
package struct RetryConstants: Sendable, Hashable {
  /// `failure_retry`.
  package var failureRetry: Int
  /// `boot_retry`, in boot blocks; empty in most devices.
  package var bootRetry: Int?

  package init(failureRetry: Int = 1, bootRetry: Int? = nil) {
    self.failureRetry = failureRetry
    self.bootRetry = bootRetry
  }
}

/// The timeouts that job and device give for all blocks (spec jobs §4.1).
package struct TimeoutSettings: Sendable {
  /// Job `timeouts.job`.
  package var job: Duration
  /// Job `timeouts.action`.
  package var action: TimeLimit?
  /// Job `timeouts.actions`, by action name.
  package var actions: [String: TimeLimit]
  /// Job `timeouts.connection`.
  package var connection: TimeLimit?
  /// Job `timeouts.connections`, by action name.
  package var connections: [String: TimeLimit]
  /// Device `timeouts.actions`, by action name.
  package var deviceActions: [String: TimeLimit]
  /// Device `timeouts.connections`, by action name.
  package var deviceConnections: [String: TimeLimit]

  package init(
    job: Duration,
    action: TimeLimit? = nil,
    actions: [String: TimeLimit] = [:],
    connection: TimeLimit? = nil,
    connections: [String: TimeLimit] = [:],
    deviceActions: [String: TimeLimit] = [:],
    deviceConnections: [String: TimeLimit] = [:]
  ) {
    self.job = job
    self.action = action
    self.actions = actions
    self.connection = connection
    self.connections = connections
    self.deviceActions = deviceActions
    self.deviceConnections = deviceConnections
  }
}
