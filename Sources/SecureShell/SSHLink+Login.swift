// SPDX-License-Identifier: Apache-2.0

internal import CSSH
import Diagnostics
import Files
import Glibc

// Who the peer is, and who we are.
extension SSHLink {
  // MARK: The peer's key

  /// Looks whether the peer has the key that it is to have.
  func checkHostKey() throws(Failure) {
    var key: ssh_key?
    guard ssh_get_server_publickey(session, &key) == SSH_OK, let key else { throw refused("has no host key") }
    defer { ssh_key_free(key) }
    guard let shown = SSHPublicKey(key) else { throw refused("has a host key of an unknown kind") }
    switch target.hostKeys {
    case .ignored: return
    case .pinned(let keys): if !keys.contains(shown) { throw changed(shown, expected: keys) }
    case .knownHosts(let file, let addsNew): try checkKnown(shown, file, addsNew)
    }
  }

  private func checkKnown(_ shown: SSHPublicKey, _ file: String?, _ addsNew: Bool) throws(Failure) {
    switch ssh_session_is_known_server(session) {
    case SSH_KNOWN_HOSTS_OK: return
    case SSH_KNOWN_HOSTS_CHANGED: throw changed(shown, expected: [])
    // A key of another kind is known: that one was to be shown.
    case SSH_KNOWN_HOSTS_OTHER: throw changed(shown, expected: [])
    case SSH_KNOWN_HOSTS_UNKNOWN, SSH_KNOWN_HOSTS_NOT_FOUND:
      guard addsNew else { throw unknown(shown, file) }
      guard ssh_session_update_known_hosts(session) == SSH_OK else {
        throw Failure(
          .configuration,
          "ssh-known-hosts",
          "cannot add the host key of \(target.peer) to \(file ?? "~/.ssh/known_hosts")",
          advice: "Check that the file can be written.",
          cause: words
        )
      }
    default:
      throw Failure(
        .configuration,
        "ssh-known-hosts",
        "cannot look up the host key of \(target.peer) in \(file ?? "~/.ssh/known_hosts")",
        advice: "Check the file.",
        cause: words
      )
    }
  }

  private func unknown(_ shown: SSHPublicKey, _ file: String?) -> Failure {
    Failure(
      .configuration,
      "ssh-host-key-unknown",
      "the host key of \(target.peer) is not known: \(shown.type) \(shown.fingerprint)",
      advice: "If it is the board's, add it to \(file ?? "~/.ssh/known_hosts") "
        + "(ssh-keyscan -p \(target.peer.port) \(target.peer.host)), or give it as 'host_key' in the device file."
    )
  }

  private func changed(_ shown: SSHPublicKey, expected: [SSHPublicKey]) -> Failure {
    let known = expected.map(\.fingerprint).joined(separator: " or ")
    return Failure(
      .configuration,
      "ssh-host-key-changed",
      "the host key of \(target.peer) is not the one that is known: it shows \(shown.type) \(shown.fingerprint)"
        + (known.isEmpty ? "" : ", not \(known)"),
      advice:
        "Either the board was installed anew, and what is known of it is to be replaced, or this is not the board."
    )
  }

  // MARK: Our keys

  /// Logs in by the first way that the peer takes.
  func logIn(until deadline: ContinuousClock.Instant) throws(Failure) {
    var tried: [String] = []
    // Asks what is possible; a peer that needs no proof lets us in.
    if try isAccepted(until: deadline, { ssh_userauth_none(session, nil) }) { return }
    let methods = UInt32(bitPattern: ssh_userauth_list(session, nil))
    if methods & SSH_AUTH_METHOD_PUBLICKEY != 0 {
      for path in identities {
        let key = try Self.privateKey(path)
        defer { ssh_key_free(key) }
        tried.append("the key \(path)")
        if try isAccepted(until: deadline, { ssh_userauth_publickey(session, nil, key) }) { return }
      }
      if target.usesAgent, getenv("SSH_AUTH_SOCK") != nil {
        tried.append("the keys of the agent")
        if try isAccepted(until: deadline, { ssh_userauth_agent(session, nil) }) { return }
      }
    }
    if let file = target.passwordFile {
      tried.append("the password of \(file)")
      if try logIn(password: Self.password(file), methods, until: deadline) { return }
    }
    throw Failure(
      .infrastructure,
      "ssh-login-refused",
      "\(target.peer) refused the login"
        + (tried.isEmpty ? ": there is nothing to log in with" : " by \(tried.joined(separator: " and by "))"),
      advice:
        "It takes \(Self.names(of: methods)). Check 'user' and 'identity_file' of the device file, and what stands in "
        + "~\(target.peer.user)/.ssh/authorized_keys on the board."
    )
  }

  /// The key files that are tried: those of the target, else the user's own that are there.
  private var identities: [String] {
    guard target.identities.isEmpty, let home = getenv("HOME").map({ String(cString: $0) }) else {
      return target.identities
    }
    return ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }.filter(FileSystem.exists)
  }

  private func logIn(
    password: String,
    _ methods: UInt32,
    until deadline: ContinuousClock.Instant
  ) throws(Failure) -> Bool {
    if methods & SSH_AUTH_METHOD_PASSWORD != 0,
      try isAccepted(until: deadline, { ssh_userauth_password(session, nil, password) })
    {
      return true
    }
    guard methods & SSH_AUTH_METHOD_INTERACTIVE != 0 else { return false }
    return try isAccepted(until: deadline) {
      var code = ssh_userauth_kbdint(session, nil, nil)
      while code == SSH_AUTH_INFO.rawValue {
        // Every question is taken for that of the password.
        for index in 0..<max(ssh_userauth_kbdint_getnprompts(session), 0) {
          ssh_userauth_kbdint_setanswer(session, UInt32(index), password)
        }
        code = ssh_userauth_kbdint(session, nil, nil)
      }
      return code
    }
  }

  /// - Throws: where the connection breaks, or the time is over.
  private func isAccepted(until deadline: ContinuousClock.Instant, _ call: () -> Int32) throws(Failure) -> Bool {
    while true {
      switch call() {
      case SSH_AUTH_SUCCESS.rawValue: return true
      case SSH_AUTH_DENIED.rawValue, SSH_AUTH_PARTIAL.rawValue: return false
      case SSH_AUTH_AGAIN.rawValue:
        guard ContinuousClock.now < deadline else {
          throw timedOut("did not answer the login within \(target.connectTimeout)")
        }
        try wait(until: deadline)
      default:
        guard ssh_is_connected(session) != 0 else { throw refused("closed the connection at the login") }
        return false
      }
    }
  }

  private static func names(of methods: UInt32) -> String {
    let all = [
      (SSH_AUTH_METHOD_PUBLICKEY, "keys"), (SSH_AUTH_METHOD_PASSWORD, "passwords"),
      (SSH_AUTH_METHOD_INTERACTIVE, "answers to questions"),
    ]
    let names = all.filter { methods & $0.0 != 0 }.map(\.1)
    return names.isEmpty ? "nothing that we have" : names.joined(separator: " and ")
  }

  private static func password(_ path: String) throws(Failure) -> String {
    String(try FileSystem.readText(path, limit: 4096).prefix { $0 != "\n" && $0 != "\r\n" })
  }

  /// Reads a private key; the caller frees it.
  static func privateKey(_ path: String) throws(Failure) -> ssh_key {
    var key: ssh_key?
    guard FileSystem.exists(path) else {
      throw unreadableKey(
        path,
        advice: "There is no such file: make one (ssh-keygen -t ed25519 -f \(path)), or name another."
      )
    }
    guard ssh_pki_import_privkey_file(path, nil, nil, nil, &key) == SSH_OK, let key else {
      throw unreadableKey(
        path,
        advice: "It is no private key, cannot be read, or has a passphrase: add such a key to an agent."
      )
    }
    return key
  }
}
