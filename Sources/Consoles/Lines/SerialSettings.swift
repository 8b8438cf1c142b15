// SPDX-License-Identifier: Apache-2.0

import Diagnostics

/// How a serial port is driven: `baud=115200&format=8n1&flow=none`, each of which may be left out.
package struct SerialSettings: Sendable, Hashable {
  package enum Parity: String, Sendable, Hashable {
    case none = "n"
    case even = "e"
    case odd = "o"
  }

  package enum Flow: String, Sendable, Hashable {
    case none, rtscts, xonxoff
  }

  /// In bits a second; not only the usual ones.
  package var baud: UInt32 = 115_200
  /// 5 to 8.
  package var dataBits = 8
  package var parity = Parity.none
  /// 1 or 2.
  package var stopBits = 1
  package var flow = Flow.none

  package init() {}

  /// - Parameter address: the whole, for the failure.
  init(_ query: String, of address: String) throws(Failure) {
    for item in query.split(separator: "&") {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw LineAddress.wrong(address, "'\(item)' has no value") }
      switch pair[0] {
      case "baud":
        guard let number = UInt32(pair[1]), (50...12_000_000).contains(number) else {
          throw LineAddress.wrong(address, "'\(pair[1])' is no speed in baud")
        }
        baud = number
      case "format":
        guard let format = Self.format(pair[1]) else {
          throw LineAddress.wrong(address, "'\(pair[1])' is no format such as 8n1")
        }
        (dataBits, parity, stopBits) = format
      case "flow":
        guard let flow = Flow(rawValue: pair[1]) else {
          throw LineAddress.wrong(address, "'\(pair[1])' is none of none, rtscts, xonxoff")
        }
        self.flow = flow
      default: throw LineAddress.wrong(address, "'\(pair[0])' is none of baud, format, flow")
      }
    }
  }

  private static func format(_ text: String) -> (Int, Parity, Int)? {
    let letters = text.lowercased().map(String.init)
    guard letters.count == 3, let data = Int(letters[0]), (5...8).contains(data),
      let parity = Parity(rawValue: letters[1]),
      let stop = Int(letters[2]), (1...2).contains(stop)
    else { return nil }
    return (data, parity, stop)
  }
}
