// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// `power`: how the device's power switch is treated; a key of Pumice's own.
package struct PowerSettings: Sendable, Hashable {
  /// How often a command of the power switch is run until it succeeds.
  package var attempts = 3
  /// Between two tries.
  package var pause = Duration.seconds(1)
  /// How long one try may take; nil for as long as its action may.
  package var timeout: Duration?

  package init() {}
}

extension Reading {
  func powerSettings(_ top: inout MappingReader) -> PowerSettings {
    var settings = PowerSettings()
    guard var reader = top.mapping("power") else { return settings }
    settings.attempts = reader.int("failure_retry", atLeast: 1) ?? settings.attempts
    if let seconds = reader.int("failure_retry_interval", atLeast: 0) { settings.pause = .seconds(seconds) }
    if let node = reader.node("timeout") {
      settings.timeout = timeout(node, what: "'timeout' of the power switch", isBounded: false)?.duration
    }
    reader.close()
    return settings
  }
}
