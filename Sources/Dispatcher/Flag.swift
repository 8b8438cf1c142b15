// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Something that an action did and its clean-up has to know.
final class Flag: Sendable {
  private let state = Mutex(false)

  func raise() { state.withLock { $0 = true } }

  /// - Returns: whether it was raised.
  func lower() -> Bool {
    state.withLock { state in
      defer { state = false }
      return state
    }
  }
}
