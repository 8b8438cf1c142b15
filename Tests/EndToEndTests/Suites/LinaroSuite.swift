// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A definition of Linaro's test-definitions (`../shared/conformance/definitions`): what it needs, and how it ends on a Debian
/// board that has nothing of it.
struct LinaroSuite: Sendable {
  /// What a definition needs beyond a Debian board and the scripts of its repository.
  enum Need: Sendable {
    case nothing
    /// A program or a module that no Debian board has from the start.
    case package(String)
    /// Devices, firmware or a system that this board has not.
    case hardware(String)
    /// Other boards of a group.
    case group
    /// Servers of somebody else.
    case servers(String)
  }

  /// How it ends where its repository is not there.
  enum Ending: Sendable {
    /// A step before the last one fails, and `set -e` ends the script: the definition does not finish.
    case unfinished
    /// It comes to its end, with these results.
    case finished([ResultRow])
  }

  let number: Int
  let need: Need
  let ending: Ending

  init(_ number: Int, _ need: Need, _ ending: Ending = .unfinished) {
    self.number = number
    self.need = need
    self.ending = ending
  }

  /// The file's name, without `.yaml`.
  var name: String { String(String(1000 + number).dropFirst()) }

  /// The folder of the definitions.
  static let folder = URL(filePath: "\(Checkout.root)/../shared/conformance/definitions").standardizedFileURL.path

  static let isPresent = FileManager.default.isReadableFile(atPath: "\(folder)/index.tsv")

  var text: String {
    String(decoding: FileManager.default.contents(atPath: "\(Self.folder)/\(name).yaml") ?? Data(), as: UTF8.self)
  }

  /// The numbers of all definitions that are there.
  static var numbersThere: [Int] {
    let table = String(decoding: FileManager.default.contents(atPath: "\(folder)/index.tsv") ?? Data(), as: UTF8.self)
    return table.split(separator: "\n").dropFirst().compactMap { Int($0.split(separator: "\t")[0]) }
  }

  /// Every definition. Nearly all of them begin with `cd ./automated/…`, into a folder of their repository: without that they
  /// end at once.
  static let all: [LinaroSuite] = [
    LinaroSuite(0, .hardware("an Android device behind adb")),
    LinaroSuite(6, .hardware("an Android device behind adb")),
    LinaroSuite(12, .hardware("an Android device behind adb")),
    LinaroSuite(18, .hardware("an Android device behind adb")),
    LinaroSuite(24, .group),
    LinaroSuite(30, .hardware("an Android device behind adb")),
    LinaroSuite(36, .hardware("an Android device behind adb")),
    LinaroSuite(42, .hardware("an Android device behind adb")),
    LinaroSuite(48, .package("aktualizr-lite")),
    LinaroSuite(54, .package("apache2, ab")),
    LinaroSuite(60, .package("blogbench, built from source")),
    LinaroSuite(66, .package("cryptsetup")),
    LinaroSuite(72, .nothing),
    LinaroSuite(78, .package("docker, aktualizr-lite")),
    LinaroSuite(84, .nothing),
    LinaroSuite(90, .group),
    LinaroSuite(96, .package("hackbench (rt-tests)")),
    // Its only step is a case, and a case that fails ends no script.
    LinaroSuite(98, .package("httperf"), .finished([.test("17_t098", "httperf-client", "fail")])),
    LinaroSuite(102, .package("iperf3")),
    LinaroSuite(108, .package("the modules of KUnit")),
    LinaroSuite(109, .group),
    LinaroSuite(114, .package("lapack, built from source")),
    LinaroSuite(120, .package("lmbench")),
    LinaroSuite(126, .nothing),
    LinaroSuite(136, .package("nginx on DPDK, uio")),
    LinaroSuite(137, .package("nginx on DPDK, uio")),
    LinaroSuite(138, .hardware("U-Boot's environment")),
    LinaroSuite(144, .hardware("OP-TEE")),
    LinaroSuite(150, .hardware("U-Boot's environment")),
    LinaroSuite(156, .package("packetdrill")),
    LinaroSuite(162, .package("pm-qa, from git")),
    LinaroSuite(168, .package("the module rcutorture")),
    LinaroSuite(174, .package("signaltest (rt-tests)")),
    LinaroSuite(180, .package("svsematest (rt-tests)")),
    LinaroSuite(186, .servers("data sets of MLCommons")),
    LinaroSuite(192, .servers("a LAVA server, a fleet server")),
    LinaroSuite(198, .package("unixbench, built from source")),
    LinaroSuite(204, .package("wireguard, fioconfig")),
    LinaroSuite(210, .package("xfstests, 13 GB of disk")),
  ]
}
