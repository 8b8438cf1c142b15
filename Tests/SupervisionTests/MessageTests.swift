// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Supervision

/// What the two processes say to each other.
struct MessageTests {
  private static let messages: [SupervisorMessage] = [
    .log(path: "/tmp/a folder/ü.log"), .take(number: 1, .session(leader: 4_194_303, startTime: .max - 1)),
    .take(number: .max, .removal(path: "")),
    .take(
      number: 258,
      .commands(.init("power-off", [["pdu", "off", "with blank"], [], [""]], attempts: 3, seconds: 60))
    ), .release(number: 77), .dismiss,
  ]

  @Test(arguments: messages) func thereAndBack(_ message: SupervisorMessage) {
    #expect(SupervisorMessage(message.bytes) == message)
  }

  /// A release by hand: tag 5, the number with its lowest byte first.
  @Test func bytes() { #expect(SupervisorMessage([5, 2, 1, 0, 0]) == .release(number: 258)) }

  /// A message that is cut, or has something behind it, is none.
  @Test(arguments: messages) func damaged(_ message: SupervisorMessage) {
    for count in message.bytes.indices { #expect(SupervisorMessage(message.bytes[..<count]) == nil) }
    #expect(SupervisorMessage(message.bytes + [0]) == nil)
  }

  /// Counts that no message can hold cost nothing.
  @Test func hugeCounts() {
    #expect(SupervisorMessage([1, 255, 255, 255, 255]) == nil)
    let commands: [UInt8] = [3, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    #expect(SupervisorMessage(commands + [255, 255, 255, 127]) == nil)
    #expect(SupervisorMessage(commands + [1, 0, 0, 0, 255, 255, 255, 127]) == nil)
  }
}
