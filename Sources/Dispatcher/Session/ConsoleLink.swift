// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import SecureShell

/// How a board's console is opened.
enum ConsoleLink: Sendable {
  /// A program on a terminal of its own.
  case program(ConsoleCommand)
  /// A line that is spoken without one.
  case line(LineAddress)
  /// A shell of the board, over a connection that is open, or over a new one.
  case ssh(SSHTarget, over: SSHConnection? = nil)

  /// What a device says under `connect`, in words: an address, or a program with its arguments.
  init(words: [String]) throws(Failure) {
    if words.count == 1, LineAddress.isMeant(by: words[0]) {
      self = .line(try LineAddress(words[0]))
    } else {
      self = .program(ConsoleCommand(words))
    }
  }

  /// The same, to be opened once more.
  var again: ConsoleLink {
    switch self {
    case .program, .line: self
    case .ssh(let target, _): .ssh(target)
    }
  }

  /// For people.
  var text: String {
    switch self {
    case .program(let command): command.arguments.joined(separator: " ")
    case .line(let address): address.description
    case .ssh(let target, _): "ssh \(target.peer)"
    }
  }

  func open(log: ConsoleLog, observer: @escaping ConsoleObserver) async throws(Failure) -> Console {
    switch self {
    case .program(let command): return try await Console.spawn(command, log: log, observer: observer)
    case .line(let address): return try await Console.open(address, log: log, observer: observer)
    case .ssh(let target, let connection):
      let own = if let connection { connection } else { try await SSHConnection.open(target) }
      return try await own.shell(name: text, log: log, observer: observer)
    }
  }
}
