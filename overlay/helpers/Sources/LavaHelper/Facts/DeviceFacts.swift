// SPDX-License-Identifier: Apache-2.0

import BoardText

/// The helpers that print what the host knows of the device.
enum DeviceFacts {
  /// `lava-target-ip`
  static func targetIP(_ invocation: Invocation) -> Int32 { print("target_ip") }
  /// `lava-target-mac`
  static func targetMAC(_ invocation: Invocation) -> Int32 { print("target_mac") }
  /// `lava-probe-ip`
  static func probeIP(_ invocation: Invocation) -> Int32 { print("probe_ip") }
  /// `lava-probe-channel`
  static func probeChannel(_ invocation: Invocation) -> Int32 { print("probe_channel") }

  /// `lava-target-storage [KEY]`: all storage, or the paths of one kind.
  static func storage(_ invocation: Invocation) -> Int32 {
    let storage = Board.settings().rows("storage")
    if invocation.arguments.isEmpty {
      for entry in storage {
        var line = Bytes("\t")
        line.append(Bytes.joining(entry, by: "\t"))
        Output.printLine(line)
      }
      return 0
    }
    return printMatches(storage, field: 1, where: 0, is: invocation.argument(0))
  }

  /// Prints one field of the entries of which another one is a value, with a newline between them and none at the end.
  ///
  /// - Returns: the exit status: 1 when there are none.
  @inline(never)
  static func printMatches(_ entries: [[Bytes]], field: Int, where other: Int, is value: Bytes) -> Int32 {
    var text: Bytes = []
    var status: Int32 = 1
    for entry in entries where entry.count == 2 && entry[other] == value {
      if status == 0 { text.append("\n") }
      text.append(entry[field])
      status = 0
    }
    Output.print(text)
    return status
  }

  private static func print(_ name: StaticString) -> Int32 {
    Output.printLine(Board.settings().value(name))
    return 0
  }
}
