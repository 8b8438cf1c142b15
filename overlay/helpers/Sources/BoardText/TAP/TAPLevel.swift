// SPDX-License-Identifier: Apache-2.0

/// How a test of TAP ended.
package enum TAPResult {
  case pass
  case fail
  case skip

  /// The word of a test case's RESULT.
  package var name: StaticString {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .skip: "skip"
    }
  }
}

/// Takes the result of a test: its id, how it ended, and why; the reason may be empty.
package typealias TAPReport = (_ id: Bytes, _ result: TAPResult, _ reason: Bytes) -> Void

/// One level of nested tests: the points with one indentation, and the plan for them.
final class TAPLevel {
  /// The level around it; none for the outermost.
  let parent: TAPLevel?
  /// How many spaces stand before its lines.
  let indentation: Int
  /// How many levels are around it.
  let depth: Int
  /// What stands before the names of its points.
  private(set) var path: Bytes
  /// Whether the path is that of a name; else it has a number, for the name comes later or never.
  private(set) var isNamed: Bool
  /// How many points it shall have.
  private(set) var plan: UInt64?
  /// The number of the last point.
  private(set) var lastNumber: UInt64 = 0
  /// Which points there were, a bit each.
  private var seen: Bytes = []
  /// How many there were whose number is above those that have a bit.
  private var seenAbove: UInt64 = 0

  /// The highest number that has a bit.
  private static var tracked: UInt64 { 1 << 14 }
  /// How many missing points are reported each.
  private static var listed: UInt64 { 256 }
  /// The longest id, in bytes.
  static var idLimit: Int { 512 }

  /// - Parameter name: the name of its tests together; the number of the test around it when it is empty.
  init(parent: TAPLevel?, indentation: Int, name: Bytes) {
    self.parent = parent
    self.indentation = indentation
    depth = (parent?.depth ?? 0) + 1
    isNamed = parent == nil || !name.isEmpty
    path = parent?.id(name, number: (parent?.lastNumber ?? 0) &+ 1) ?? name
  }

  /// Whether it has a plan or a point by now.
  var hasBegun: Bool { plan != nil || lastNumber > 0 }

  /// Gives it its name.
  func rename(_ name: Bytes) {
    path = parent?.id(name, number: 0) ?? path
    isNamed = true
  }

  /// Says how many points it shall have. Only the first one counts.
  func expect(_ count: UInt64) {
    if plan == nil { plan = count }
  }

  /// Notes that there was a point.
  func note(_ number: UInt64) {
    lastNumber = number
    if number > Self.tracked {
      seenAbove += 1
    } else if number > 0 {
      let bit = Int(number) - 1
      while seen.count <= bit / 8 { seen.append(byte: 0) }
      seen[bit / 8] |= 1 << UInt8(bit % 8)
    }
  }

  /// The id of one of its points.
  @inline(never)
  func id(_ name: Bytes, number: UInt64) -> Bytes {
    var id = path
    if !id.isEmpty { id.append(".") }
    if name.isEmpty {
      id.append("test-")
      id.append(decimal: number)
    } else {
      id.append(name)
    }
    return id.count > Self.idLimit ? id.part(0..<Self.idLimit) : id
  }

  /// Reports the points of the plan that there were not: each, when they are not many, and the others together.
  @inline(never)
  func reportMissing(_ report: TAPReport) {
    guard let plan else { return }
    var reason = Bytes("missing: the plan is 1..")
    reason.append(decimal: plan)
    var others = plan > Self.tracked ? plan - Self.tracked : 0
    others -= min(others, seenAbove)
    var count: UInt64 = 0
    for bit in 0..<Int(min(plan, Self.tracked)) {
      if bit / 8 < seen.count, seen[bit / 8] >> UInt8(bit % 8) & 1 == 1 { continue }
      count += 1
      if count <= Self.listed {
        report(id([], number: UInt64(bit) + 1), .fail, reason)
      } else {
        others += 1
      }
    }
    if others > 0 {
      var name: Bytes = []
      name.append(decimal: others)
      name.append("-more-tests")
      report(id(name, number: 0), .fail, reason)
    }
  }
}
