// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@testable import Dispatcher

/// What an NFS server is told.
@Suite struct GaneshaConfigurationTests {
  private func configuration(
    folder: String = "/srv/job/root",
    clients: [String] = ["10.77.0.10"]
  ) -> GaneshaConfiguration {
    GaneshaConfiguration(
      address: "10.77.0.1",
      ports: .init(nfs: 2050, mount: 20050),
      clients: clients,
      folder: folder,
      path: "/7/common",
      recovery: "/srv/job/nfs"
    )
  }

  @Test func onlyTheBoardMayMount() throws {
    let text = try configuration().text()
    #expect(text.contains("  Access_Type = NONE;\n  CLIENT { Clients = 10.77.0.10; Access_Type = RW; }"))
    #expect(text.contains("Path = \"/srv/job/root\""))
    #expect(text.contains("Pseudo = \"/7/common\""))
    #expect(text.contains("NFS_Port = 2050") && text.contains("MNT_Port = 20050"))
    #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
  }

  @Test func aBoardWithoutAnAddressIsEverybody() throws {
    let text = try configuration(clients: []).text()
    #expect(text.contains("Access_Type = RW") && !text.contains("CLIENT"))
  }

  @Test(arguments: ["/srv/\"; Access_Type = RW; #", "/srv/a\nb", "/srv/\\"])
  func namesThatTheFileCannotHold(folder: String) {
    let failure = #expect(throws: Failure.self) { try configuration(folder: folder).text() }
    #expect(failure?.kind == .configuration)
  }
}
