// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import SecureShell
import Testing

/// Keys, as the programs of OpenSSH and dropbear see them.
@Suite(.enabled(if: isInstalled("ssh-keygen"), "there is no ssh-keygen")) struct KeyTests {
  private let folder = TemporaryFolder()

  private func write(_ bytes: [UInt8], to name: String) -> String {
    let path = folder.file(name)
    let digits = bytes.map { byte in "\\0" + String(byte, radix: 8) }.joined()
    #expect(run(["sh", "-c", "umask 077; printf %b '\(digits)' > '\(path)'"]).status == 0)
    return path
  }

  @Test func aKeyForABoard() throws {
    let key = try SSHKeyPair.make()
    let path = write(key.privateFile, to: "key")
    let shown = run(["ssh-keygen", "-y", "-f", path]).output
    #expect(
      shown.split(separator: " ").prefix(2).joined(separator: " ").split(separator: "\n").first.map(String.init)
        == key.publicKey.line
    )
    _ = folder.write("\(key.publicKey.line)\n", to: "key.pub")
    #expect(run(["ssh-keygen", "-l", "-f", folder.file("key.pub")]).output.contains(key.publicKey.fingerprint))
    #expect(try SSHPublicKey.ofIdentity(path) == key.publicKey)
    #expect(try SSHKeyPair.make() != key)
  }

  @Test(.enabled(if: isInstalled("dropbearkey"), "there is no dropbearkey")) func theSameForDropbear() throws {
    let key = try SSHKeyPair.make()
    let path = write(try #require(key.dropbearFile), to: "dropbear")
    let shown = run(["dropbearkey", "-y", "-f", path])
    #expect(shown.output.contains(key.publicKey.line), "\(shown.output)")
  }

  @Test(arguments: ["ed25519", "rsa", "ecdsa"]) func thePublicHalf(_ type: String) throws {
    let path = folder.file(type)
    #expect(run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", "a comment", "-f", path]).status == 0)
    let line = String(decoding: bytes(of: "\(path).pub"), as: UTF8.self)
    let expected = try #require(SSHPublicKey(line))
    #expect(line.hasPrefix("\(expected.line) "))
    #expect(try SSHPublicKey.ofIdentity(path) == expected)
    #expect(run(["rm", "\(path).pub"]).status == 0)
    #expect(try SSHPublicKey.ofIdentity(path) == expected)
  }

  @Test(arguments: ["", "ssh-ed25519", "ssh-ed25519 AAAA", "# a comment", "nothing AAAAC3NzaC1lZDI1NTE5AAAAIA=="])
  func whatIsNoKey(_ line: String) { #expect(SSHPublicKey(line) == nil) }

  @Test func aKeyWithAPassphrase() throws {
    let path = folder.file("secret")
    #expect(run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "a phrase", "-f", path]).status == 0)
    #expect(run(["rm", "\(path).pub"]).status == 0)
    let found = #expect(throws: Failure.self) { try SSHPublicKey.ofIdentity(path) }
    #expect(found?.code == "ssh-key-unreadable")
  }
}
