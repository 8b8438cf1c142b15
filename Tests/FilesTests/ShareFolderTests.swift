// SPDX-License-Identifier: Apache-2.0

import Files
import Testing

/// Where what comes with Pumice may stand. Paths as text: nothing of it has to be there.
@Suite
struct ShareFolderTests {
  @Test("from the program up to the root")
  func fromTheProgram() throws {
    for named in [nil, ""] {
      let folders = try ShareFolder.candidates(named: named, program: "/opt/pumice/bin/pumice")
      #expect(
        folders.map { $0.path(of: .devices) } == [
          "/opt/pumice/bin/share/pumice/devices", "/opt/pumice/bin/Examples/devices",
          "/opt/pumice/share/pumice/devices", "/opt/pumice/Examples/devices",
          "/opt/share/pumice/devices", "/opt/Examples/devices",
          "/share/pumice/devices", "/Examples/devices",
        ]
      )
      #expect(folders.map(\.isCheckout) == [false, true, false, true, false, true, false, true])
    }
  }

  @Test("what is installed stands side by side, what is built where it was built")
  func layouts() throws {
    let folders = try ShareFolder.candidates(named: nil, program: "/pumice")
    #expect(folders.map { $0.path(of: .helpers) } == ["/share/pumice/helpers", "/overlay/helpers/out"])
    #expect(folders.map { $0.path(of: .scripts) } == ["/share/pumice/scripts", "/overlay/scripts"])
  }

  @Test("a folder that is named is the only one")
  func named() throws {
    let folders = try ShareFolder.candidates(named: "mine", program: "/opt/pumice/bin/pumice")
    #expect(folders.map { $0.path(of: .helpers) } == ["mine/helpers"])
    #expect(folders.map(\.isCheckout) == [false])
  }

  @Test("this process's own program is where it starts when none is given")
  func ownProgram() throws {
    let first = try #require(try ShareFolder.candidates(named: nil).dropFirst().first)
    #expect(first.path == Paths.folder(of: try Programs.ownPath()))
  }
}
