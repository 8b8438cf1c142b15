// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-echo-ipv4 INTERFACE`: prints the address of an interface, an empty line when it has none.
enum EchoIPv4 {
  static func run(_ invocation: Invocation) -> Int32 {
    let name = invocation.argument(0)
    if name.isEmpty {
      Output.printLine("Specify the interface to query")
      return 0
    }
    let address = Interface(name: name).ipv4
    if address.isEmpty { Output.complain(invocation.name, "no IPv4 address on", name, []) }
    Output.printLine(address)
    return 0
  }
}
