// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A timeout as a job or a device states it.
package struct TimeLimit: Sendable, Hashable {
  package var duration: Duration
  /// Where it is stated, for `pumice plan`.
  package var place: SourcePlace?

  package init(_ duration: Duration, at place: SourcePlace? = nil) {
    self.duration = duration
    self.place = place
  }

  /// One that stands nowhere.
  package static func seconds(_ seconds: Int) -> TimeLimit { TimeLimit(.seconds(seconds)) }
}
