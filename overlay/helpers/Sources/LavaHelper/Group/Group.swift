// SPDX-License-Identifier: Apache-2.0

import BoardText

/// The helpers that tell who is in the multinode group.
enum Group {
  /// `lava-group [ROLE]`: every member with its role, or the ids of one role.
  static func list(_ invocation: Invocation) -> Int32 {
    let members = Board.settings().rows("group")
    if !invocation.arguments.isEmpty {
      return DeviceFacts.printMatches(members, field: 0, where: 1, is: invocation.argument(0))
    }
    for member in members { Output.printLine(Bytes.joining(member, by: "\t")) }
    return 0
  }

  /// `lava-role [list]`: this board's role, or every member's.
  static func role(_ invocation: Invocation) -> Int32 {
    let settings = Board.settings()
    if invocation.argument(0).equals("list") {
      for member in settings.rows("group") where member.count == 2 { Output.printLine(member[1]) }
    } else {
      Output.print(settings.value("role"))
    }
    return 0
  }

  /// `lava-self`: this board's id in the group.
  static func ownID(_ invocation: Invocation) -> Int32 {
    Output.printLine(Board.settings().value("job_id"))
    return 0
  }
}
