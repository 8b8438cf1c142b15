// SPDX-License-Identifier: Apache-2.0

internal import CSSH
package import Diagnostics

/// A public key, as OpenSSH writes it: `ssh-ed25519 AAAA…`.
package struct SSHPublicKey: Sendable, Hashable {
  /// `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`, ….
  package let type: String
  /// The key's bytes (RFC 4253 §6.6), in base 64.
  package let base64: String

  /// Reads the first two words of a line; nil where they are no public key.
  package init?(_ line: String) {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2 else { return nil }
    self.init(type: String(words[0]), base64: String(words[1]))
  }

  private init?(type: String, base64: String) {
    self.type = type
    self.base64 = base64
    guard withKey({ _ in true }) != nil else { return nil }
  }

  init?(_ key: ssh_key) {
    var text: UnsafeMutablePointer<CChar>?
    guard ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text else { return nil }
    defer { ssh_string_free_char(text) }
    let kind = ssh_key_type(key)
    let isECDSA = [SSH_KEYTYPE_ECDSA_P256, SSH_KEYTYPE_ECDSA_P384, SSH_KEYTYPE_ECDSA_P521].contains(kind)
    guard let name = isECDSA ? ssh_pki_key_ecdsa_name(key) : ssh_key_type_to_char(kind) else { return nil }
    type = String(cString: name)
    base64 = String(cString: text)
  }

  /// The line that OpenSSH's files hold.
  package var line: String { "\(type) \(base64)" }

  /// `SHA256:…`, as `ssh-keygen -l` prints it.
  package var fingerprint: String { withKey { Self.fingerprint(of: $0) } ?? "" }

  /// The names of the signatures that a peer with this key can make, in libssh's form.
  var signatureTypes: [String] { type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type] }

  /// The public half of a private key's file: that of the `.pub` beside it, or else of the key itself.
  ///
  /// - Throws: `ssh-key-unreadable`, kind `configuration`.
  package static func ofIdentity(_ path: String) throws(Failure) -> SSHPublicKey {
    var key: ssh_key?
    defer { ssh_key_free(key) }
    if ssh_pki_import_pubkey_file("\(path).pub", &key) == SSH_OK, let key, let own = SSHPublicKey(key) { return own }
    let secret = try SSHLink.privateKey(path)
    defer { ssh_key_free(secret) }
    guard ssh_pki_export_privkey_to_pubkey(secret, &key) == SSH_OK, let key, let own = SSHPublicKey(key) else {
      throw SSHLink.unreadableKey(path, advice: "Put its public half beside it: ssh-keygen -y -f \(path) > \(path).pub")
    }
    return own
  }

  private func withKey<Result>(_ body: (ssh_key) -> Result?) -> Result? {
    var key: ssh_key?
    guard ssh_pki_import_pubkey_base64(base64, ssh_key_type_from_name(type), &key) == SSH_OK, let key else {
      return nil
    }
    defer { ssh_key_free(key) }
    return body(key)
  }

  private static func fingerprint(of key: ssh_key) -> String? {
    var hash: UnsafeMutablePointer<UInt8>?
    var length = 0
    guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == SSH_OK else { return nil }
    defer { ssh_clean_pubkey_hash(&hash) }
    guard let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length) else { return nil }
    defer { ssh_string_free_char(text) }
    return String(cString: text)
  }
}
