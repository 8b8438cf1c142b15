// SPDX-License-Identifier: Apache-2.0

/// What a console tells those who watch it.
package enum ConsoleEvent: Sendable, Hashable {
  /// Bytes that the board sent; they are in the log already.
  case received([UInt8])
  /// The line dropped, or is back: a sentence.
  case note(String)
  /// Nothing more comes; how the program ended, where it has.
  case ended(ExitStatus?)
}

/// Is told everything in order, on the console's own thread, before an `expect` sees it. It must be quick, and must
/// not wait for the console.
package typealias ConsoleObserver = @Sendable (ConsoleEvent) -> Void

/// What `Console.read` returns.
package enum ConsoleChunk: Sendable, Hashable {
  /// At least one byte.
  case bytes([UInt8])
  /// Nothing more comes; how the program ended, where it has.
  case end(ExitStatus?)
}
