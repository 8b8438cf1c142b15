// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-send`, `lava-sync`, `lava-wait`, `lava-wait-all`: messages within a group of boards (spec test-shell §6.3).
enum Multinode {
  /// Where the last answer's messages are, one a line: `5001:key=value`. Test scripts read this file.
  static var cache: Bytes { Bytes("/tmp/lava_multi_node_cache.txt") }

  /// `lava-send ID [KEY=VALUE…]`
  static func send(_ invocation: Invocation) -> Int32 { call(.send, invocation.arguments, invocation) }
  /// `lava-sync ID`
  static func sync(_ invocation: Invocation) -> Int32 { call(.sync, invocation.arguments, invocation) }
  /// `lava-wait ID`
  static func wait(_ invocation: Invocation) -> Int32 { call(.wait, invocation.arguments, invocation) }
  /// `lava-wait-all ID [ROLE]`
  static func waitAll(_ invocation: Invocation) -> Int32 { call(.waitAll, invocation.arguments, invocation) }

  /// Makes a call; one that waits ends with the host's answer, whose messages are then in the cache.
  ///
  /// - Returns: 0 even when the host refuses, as in LAVA; 1 when there is no message id, and nothing is sent.
  @inline(never)
  static func call(_ call: MultinodeCall, _ arguments: [Bytes], _ invocation: Invocation) -> Int32 {
    guard let request = MultinodeRequest(call, arguments) else {
      Output.complain(invocation.name, "the first argument must be a message id, not KEY=VALUE", [], [])
      return 1
    }
    Signal.send(request.line)
    if call == .send { return 0 }
    File.remove(cache)
    while let line = readLine() {
      if let reply = MultinodeReply(line: line, to: call) {
        accept(reply, to: call)
        return 0
      }
    }
    Output.complain(invocation.name, "standard input has ended before the host's answer", [], [])
    return 0
  }

  /// Reads up to a newline, byte by byte: what follows is for the shell.
  private static func readLine() -> Bytes? {
    var line: Bytes = []
    while true {
      var byte: UInt8 = 0
      let count = read(STDIN_FILENO, &byte, 1)
      if count > 0 {
        if byte == .newline { return line }
        line.append(byte: byte)
      } else if count == 0 || board_errno() != EINTR {
        return line.isEmpty ? nil : line
      }
    }
  }

  /// Writes the messages into the cache; without any there is none. Says what is not a message.
  private static func accept(_ reply: MultinodeReply, to call: MultinodeCall) {
    if !reply.messages.isEmpty {
      _ = File.makeDirectory(Bytes("/tmp"))
      _ = File.write(reply.messages, to: cache)
    }
    for text in reply.unrecognized {
      var line = Bytes("Warning:unrecognized message ")
      line.append(text)
      Output.printLine(line)
    }
    if reply.isRefused {
      var line = Bytes("Error:no-response  nack, Exit from ")
      line.append(call.name)
      line.append("!")
      Output.printLine(line)
    }
  }
}
