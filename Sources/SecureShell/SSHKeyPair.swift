// SPDX-License-Identifier: Apache-2.0

internal import CSSH
package import Diagnostics

/// A key pair that is made for a job: the host key of a board, so that whoever connects to it later knows it, or what the
/// job's guests log in with. Ed25519 (RFC 8709).
package struct SSHKeyPair: Sendable, Hashable {
  package let publicKey: SSHPublicKey
  /// The private half in OpenSSH's form (`~/.ssh/id_ed25519`, `/etc/ssh/ssh_host_ed25519_key`).
  package let privateFile: [UInt8]

  /// - Throws: `ssh-key-not-made`, kind `infrastructure`.
  package static func make() throws(Failure) -> SSHKeyPair {
    var key: ssh_key?
    defer { ssh_key_free(key) }
    var text: UnsafeMutablePointer<CChar>?
    guard ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) == SSH_OK, let key, let publicKey = SSHPublicKey(key),
      ssh_pki_export_privkey_base64(key, nil, nil, nil, &text) == SSH_OK, let text
    else {
      throw Failure(.infrastructure, "ssh-key-not-made", "cannot make a key pair")
    }
    defer { ssh_string_free_char(text) }
    return SSHKeyPair(publicKey: publicKey, privateFile: Array(String(cString: text).utf8))
  }

  /// The private half in dropbear's form (`/etc/dropbear/dropbear_ed25519_host_key`): the name of the kind of key and
  /// then both halves, each with its length before it (dropbear, ed25519.c).
  package var dropbearFile: [UInt8]? {
    guard let blob = Self.blob(of: privateFile), let pair = Self.pair(in: blob) else { return nil }
    return Self.field(Array("ssh-ed25519".utf8)) + Self.field(pair)
  }

  private static func field(_ bytes: [UInt8]) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes
  }

  /// What stands between the first and the last line of a PEM file.
  private static func blob(of file: [UInt8]) -> [UInt8]? {
    let lines = file.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "-") }
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for character in lines.joined() where character != UInt8(ascii: "=") {
      guard let value = digits.firstIndex(of: character) else { return nil }
      bits = (bits << 6 | value) & 0xffff
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
    return bytes
  }

  /// The digits of base 64 (RFC 4648 §4).
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The 64 bytes of an unencrypted Ed25519 key in OpenSSH's form (openssh, PROTOCOL.key): magic, three texts, a
  /// number, the public key, and then, in a field of its own: two numbers, the kind, the public half, both halves.
  private static func pair(in blob: [UInt8]) -> [UInt8]? {
    let magic = Array("openssh-key-v1\0".utf8)
    guard blob.starts(with: magic) else { return nil }
    var outer = blob[magic.count...]
    for _ in 0..<3 { guard takeField(&outer) != nil else { return nil } }
    outer = outer.dropFirst(4)
    guard takeField(&outer) != nil, let secret = takeField(&outer) else { return nil }
    var inner = secret.dropFirst(8)
    guard takeField(&inner) != nil, takeField(&inner) != nil, let pair = takeField(&inner), pair.count == 64 else {
      return nil
    }
    return Array(pair)
  }

  private static func takeField(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard bytes.count >= 4 else { return nil }
    let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    bytes = bytes.dropFirst(4)
    guard bytes.count >= length else { return nil }
    defer { bytes = bytes.dropFirst(length) }
    return bytes.prefix(length)
  }
}
