// SPDX-License-Identifier: Apache-2.0

/// What a look at this host has found out about one thing that a device needs.
package struct HostFinding: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable {
    /// It is there.
    case ok
    /// It works, but not as well as it could; or it cannot be known without disturbing somebody.
    case warning
    /// It is not there: jobs that need it will fail.
    case missing
  }

  package var status: Status
  /// What it is for: `console`, `tftp`.
  package var topic: String
  /// A phrase.
  package var message: String
  /// What to do about it.
  package var advice: String?
  /// The Debian packages that bring it.
  package var packages: [String]

  init(_ status: Status, _ topic: String, _ message: String, advice: String? = nil, packages: [String] = []) {
    self.status = status
    self.topic = topic
    self.message = message
    self.advice = advice
    self.packages = packages
  }
}
