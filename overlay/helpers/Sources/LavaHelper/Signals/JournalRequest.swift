// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-journal SELECTOR…`: prints records of the run's journal, for the host that has not seen them on the console
/// (docs/Signals.md, "Asking again"). It takes no number and writes nothing but its replies, which go to standard output
/// whatever KMSG says.
enum JournalRequest {
  static func run(_ invocation: Invocation) -> Int32 {
    guard let selection = JournalSelection(invocation.arguments) else {
      return invocation.usage(
        """
        Usage: lava-journal SELECTOR…
        17, 23-25, 40-  signals by their number
        +, +3, +3-5     all marks (begin, install, exit, end), or some by their index
        """
      )
    }
    let path = Journal.current?.path ?? []
    if path.isEmpty {
      Output.complain(invocation.name, "there is no journal", [], Bytes("no test runner has started one here"))
      return 1
    }
    // Without its lock: a writer that cannot go on must not keep the host from what is written. Half a record at the
    // end is not yet one.
    let descriptor = File.open(path, O_RDONLY)
    var lines = LineSplitter(limit: .max)
    var replies: JournalReplies?
    while descriptor >= 0, let piece = File.readPiece(descriptor) {
      if piece.isEmpty { return finish(replies, path, invocation) }
      for line in lines.take(piece) {
        if replies == nil {
          guard let nonce = JournalText.start(line: line)?.nonce else { return finish(nil, path, invocation) }
          replies = JournalReplies(nonce: nonce, selection: selection)
        } else if let reply = replies?.reply(to: line) {
          Output.printLine(reply)
        }
      }
    }
    invocation.complainErrno("cannot read", path)
    return 1
  }

  /// Prints the line behind the last reply, or says that the file is no journal.
  private static func finish(_ replies: JournalReplies?, _ path: Bytes, _ invocation: Invocation) -> Int32 {
    if let replies {
      Output.printLine(replies.closing)
      return 0
    }
    Output.complain(invocation.name, "this is not a journal:", path, [])
    return 1
  }
}
