// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics

/// What a console is opened by.
enum ConsoleSource: Sendable, Hashable {
  /// A program on a terminal.
  case program(ConsoleCommand)
  /// A line that is spoken without one.
  case line(LineAddress)

  /// What a device says under `connect`, in words: an address, or a program with its arguments.
  init(words: [String]) throws(Failure) {
    if words.count == 1, LineAddress.isMeant(by: words[0]) {
      self = .line(try LineAddress(words[0]))
    } else {
      self = .program(ConsoleCommand(words))
    }
  }
}

extension ConsoleSource: CustomStringConvertible {
  var description: String {
    switch self {
    case .program(let command): command.arguments.joined(separator: " ")
    case .line(let address): address.description
    }
  }
}
