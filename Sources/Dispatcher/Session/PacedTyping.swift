// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics

/// Types a line to a boot loader that loses characters which come fast: each is typed when the one before it has been
/// echoed, and after the device's delay. A character without an echo is typed once more, where there was an echo before.
/// The newline is not typed.
struct PacedTyping {
  let console: Console
  let patience: TypingPatience
  /// After each character.
  let characterDelay: Duration

  /// So many characters without an echo at the begin of a line, and nothing more is waited for in it.
  private static let mostUnseen = 2

  /// What the board says meanwhile is left to be read.
  func type(_ line: String) async throws(Failure) {
    var printed: [UInt8] = []
    // What stands there already is no echo.
    if case .bytes(let earlier) = try await console.read(silence: .zero) { printed = earlier }
    var hasEcho = false
    var unseen = 0
    for byte in line.utf8 {
      try await console.send([byte], characterDelay: characterDelay)
      guard hasEcho || unseen < Self.mostUnseen else { continue }
      if try await isEchoed(byte, &printed) {
        hasEcho = true
      } else if hasEcho {
        try await console.send([byte], characterDelay: characterDelay)
        _ = try await isEchoed(byte, &printed)
      } else {
        unseen += 1
      }
    }
    try console.unread(printed)
  }

  private func isEchoed(_ byte: UInt8, _ printed: inout [UInt8]) async throws(Failure) -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < patience.longest {
      guard case .bytes(let bytes) = try await console.read(silence: patience.firstEcho) else { return false }
      printed += bytes
      if bytes.contains(byte) { return true }
    }
    return false
  }
}
