// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing

/// `docs/Pains.md` names tests, and they are there.
@Suite struct PainListTests {
  /// Each row's tests: `Suite.function`.
  private static let rows: [(line: Int, tests: [String])] = {
    let text = String(decoding: bytes(of: "\(Checkout.root)/docs/Pains.md"), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count == 5, !cells[1].hasPrefix("---"), cells[3] != " tests " else { return nil }
      let tests = cells[3].split(separator: "`").filter { $0.contains(".") }.map(String.init)
      return (number + 1, tests)
    }
  }()

  /// The text of each file of tests, by the name of its suite.
  private static let suites: [String: String] = {
    let folders = ["Tests", "overlay/helpers/Tests"].map { "\(Checkout.root)/\($0)" }
    var suites: [String: String] = [:]
    for folder in folders {
      for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init()
      where name.hasSuffix("Tests.swift") {
        let suite = String(name.split(separator: "/").last?.dropLast(".swift".count) ?? "")
        // Two modules may have a suite of the same name.
        suites[suite, default: ""] += String(decoding: bytes(of: "\(folder)/\(name)"), as: UTF8.self)
      }
    }
    return suites
  }()

  @Test func everyRowHasTestsThatAreThere() {
    #expect(Self.rows.count >= 32)
    for row in Self.rows {
      #expect(!row.tests.isEmpty, "docs/Pains.md:\(row.line)")
      for test in row.tests {
        let parts = test.split(separator: ".").map(String.init)
        let text = Self.suites[parts[0]]
        #expect(text?.contains("func \(parts[1])(") == true, "docs/Pains.md:\(row.line): there is no \(test)")
      }
    }
  }
}
