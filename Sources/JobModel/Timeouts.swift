// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A timeout as a job or a device file states it.
package struct StatedTimeout: Sendable, Hashable {
  package var duration: Duration
  /// `skip: true`: a test action that runs out of time does not fail the job (spec jobs §4.2).
  package var skips: Bool
  /// Where it is stated.
  package var place: SourcePlace

  package init(_ duration: Duration, skips: Bool = false, at place: SourcePlace) {
    self.duration = duration
    self.skips = skips
    self.place = place
  }
}

/// The `timeouts` of a job, or of a device file.
package struct StatedTimeouts: Sendable, Hashable {
  /// Only in jobs, and required there.
  package var job: StatedTimeout?
  package var action: StatedTimeout?
  package var connection: StatedTimeout?
  /// By action name.
  package var actions: [String: StatedTimeout] = [:]
  /// By action name.
  package var connections: [String: StatedTimeout] = [:]

  package init() {}
}
