// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// How a command that was run over SSH ended.
package struct SSHOutcome: Sendable, Hashable {
  /// Nil where a signal ended it.
  package var status: Int?
  /// What it printed; the first `SSHConnection.outputLimit` bytes of each.
  package var output: [UInt8] = []
  package var errors: [UInt8] = []

  package var isSuccess: Bool { status == 0 }

  /// Standard output as text, with what is not UTF-8 replaced, without white space at its ends.
  package var text: String { Self.text(output) }

  /// The same of standard error.
  package var errorText: String { Self.text(errors) }

  private static func text(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }
}

extension SSHConnection {
  /// How much of a command's outputs is kept, in bytes: 1 MiB each.
  package static let outputLimit = 1 << 20

  /// Runs a command in the user's shell on the board, without a terminal, and waits for its end.
  ///
  /// - Parameters:
  ///   - command: a line for the shell.
  ///   - output: told each piece of standard output as it comes, on the connection's thread.
  /// - Throws: `ssh-connection-lost`, `ssh-refused`. A status other than 0 is no failure here.
  package func execute(
    _ command: String,
    output: (@Sendable ([UInt8]) -> Void)? = nil
  ) async throws(Failure) -> SSHOutcome {
    try await perform { link throws(Failure) in
      let channel = try SSHChannel(link)
      try channel.execute(command)
      channel.endInput()
      return try channel.finish(output: output)
    }
  }
}

extension SSHChannel {
  /// How long the peer may take to close a channel whose command has ended and whose outputs are taken.
  private static let closingPatience = Duration.seconds(5)

  /// Feeds a command and takes its outputs until it has ended and the peer has closed the channel (RFC 4254 §5.3): who
  /// closes it first may meet a dropbear that still speaks, and ends the whole connection then.
  ///
  /// - Parameter next: gives what is to be written next, nothing at the end; nil where nothing is.
  func finish(
    output: (@Sendable ([UInt8]) -> Void)? = nil,
    feeding next: (() throws(Failure) -> [UInt8])? = nil
  ) throws(Failure) -> SSHOutcome {
    var outcome = SSHOutcome(output: unread, errors: errors)
    var piece: ArraySlice<UInt8> = []
    var isFeeding = next != nil
    var closingEnd: ContinuousClock.Instant?
    while true {
      if isFeeding, piece.isEmpty, let next {
        piece = try next()[...]
        if piece.isEmpty {
          isFeeding = false
          endInput()
        }
      }
      let given = try give(piece)
      piece = piece.dropFirst(given)
      let bytes = try take()
      let errors = try take(isError: true)
      if !bytes.isEmpty { output?(bytes) }
      outcome.output += bytes.prefix(SSHConnection.outputLimit - outcome.output.count)
      outcome.errors += errors.prefix(SSHConnection.outputLimit - outcome.errors.count)
      guard given == 0, bytes.isEmpty, errors.isEmpty else { continue }
      if isEnded { break }
      if isDrained, exitStatus != nil { closingEnd = closingEnd ?? .now + Self.closingPatience }
      if let closingEnd, ContinuousClock.now >= closingEnd { break }
      guard link.isConnected else { throw link.lost }
      try link.wait(until: closingEnd)
    }
    outcome.status = exitStatus
    return outcome
  }
}
