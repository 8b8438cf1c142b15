// SPDX-License-Identifier: Apache-2.0

/// How far a signal can be trusted to be what the board said (docs/Signals.md). The raw values are those of reports.
package enum SignalIntegrity: String, Sendable, Hashable {
  /// The trailer's sum is right.
  case verified
  /// Torn on its way and mended; the sum is right.
  case repaired
  /// Did not arrive whole, and was read from the board's journal.
  case recovered
  /// Came without a trailer, or with one that could not be read.
  case unverified
}
