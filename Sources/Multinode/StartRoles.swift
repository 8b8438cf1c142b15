// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// Which roles a `lava_start` is for: a `lava-start` call of an action may name some (seed 004), what a test sends is for
/// all. On LAVA's wire it is a key of the message, which LAVA itself looks past.
package enum StartRoles {
  private static let key = "roles"

  /// The message of a start for some roles, or for all where there are none.
  package static func message(_ roles: [String]) -> YAMLValue {
    roles.isEmpty ? .mapping([]) : .mapping([.init(.string(key), .string(roles.joined(separator: ",")))])
  }

  /// The roles of a message; nil: all.
  static func roles(in message: YAMLValue) -> [String]? { message[key]?.string?.split(separator: ",").map(String.init) }

  static func isFor(_ role: String, _ message: YAMLValue) -> Bool { roles(in: message)?.contains(role) ?? true }

  /// What two starts of one member come to.
  static func union(_ first: YAMLValue, _ second: YAMLValue) -> YAMLValue {
    guard let some = roles(in: first), let others = roles(in: second) else { return .mapping([]) }
    return message(some + others.filter { !some.contains($0) })
  }
}
