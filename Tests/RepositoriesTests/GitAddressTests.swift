// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Repositories
import Testing

@Suite struct GitAddressTests {
  @Test(
    arguments: [
      ("https://example.org/a.git", "https://example.org/a.git", false),
      ("http://[::1]:80/a", "http://[::1]:80/a", false),
      ("git://example.org/a", "git://example.org/a", false),
      ("ssh://git@example.org:22/a", "ssh://git@example.org:22/a", false),
      ("git@example.org:group/a.git", "git@example.org:group/a.git", false),
      ("file:///srv/./a.git/", "/srv/a.git", true),
      ("/srv/a", "/srv/a", true),
      ("../a", "/home/a", true),
      ("./a:b", "/home/jobs/a:b", true),
    ] as [(String, String, Bool)]
  )
  func addresses(text: String, location: String, isLocal: Bool) throws {
    let address = try GitAddress(text, from: "/home/jobs")
    #expect(address.location == location)
    #expect(address.isLocal == isLocal)
    #expect(address.shown == text)
  }

  @Test(arguments: [
    "", "-u", "--upload-pack=touch /tmp/x", "ext::sh -c id", "fd::17/a", "ext::https://example.org", "EXT::x",
    "ftp://example.org/a", "gopher://x", "file://relative/a", "https://", "ssh://-oProxyCommand=id/a",
    "https://example.org/a\nb", "https://example.org/\u{1B}[2J",
  ])
  func whatGitShouldNotGet(text: String) {
    let failure = #expect(throws: Failure.self) { try GitAddress(text, from: "/home") }
    #expect(failure?.code == "git-url")
    #expect(failure?.kind == .job)
  }

  @Test func aPasswordIsNeitherShownNorGiven() throws {
    let address = try GitAddress("https://ann:s3cr%40t@example.org/a.git", from: "/")
    #expect(address.location == "https://example.org/a.git")
    #expect(address.shown == "https://example.org/a.git")
    #expect(address.secrets == ["ann:s3cr%40t", "ann:s3cr@t", "s3cr@t"])
    // A name that everybody has is no secret: it would be masked wherever a log has the word.
    #expect(try GitAddress("https://git@example.org/a.git", from: "/").secrets.isEmpty)
  }

  /// As Python's `os.path.expandvars`.
  @Test(arguments: [
    ("https://$HOST/a", "https://example.org/a"), ("https://${HOST}/a", "https://example.org/a"),
    ("https://$HOSTS/a$", "https://$HOSTS/a$"), ("https://x/${A B}$-", "https://x/${A B}$-"),
    ("https://${HOST/a", "https://${HOST/a"), ("https://${HOST}$HOST/", "https://example.orgexample.org/"),
  ])
  func variables(text: String, location: String) throws {
    let address = try GitAddress(text, from: "/") { ["HOST": "example.org"][$0] }
    #expect(address.location == location)
    #expect(address.shown == text)
  }

  @Test func aTokenFromAVariableStaysAVariable() throws {
    let address = try GitAddress("https://oauth2:$TOKEN@example.org/a", from: "/") { ["TOKEN": "abc-def"][$0] }
    #expect(address.shown == "https://oauth2:$TOKEN@example.org/a")
    #expect(address.location == "https://example.org/a")
    #expect(address.secrets.contains("abc-def"))
  }
}
