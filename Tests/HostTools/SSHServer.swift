// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An SSH server on the loopback with keys and a configuration of its own: on this host, or within the shell of a board
/// of namespaces, whose user root it then lets in.
package final class SSHServer: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case openSSH = "sshd"
    case dropbear

    /// Whether the server, and what its keys are made with, are installed.
    package var isInstalled: Bool {
      let programs = self == .openSSH ? ["/usr/sbin/sshd", "/usr/bin/ssh-keygen"] : ["/usr/sbin/dropbear"]
      return programs.allSatisfy { access($0, X_OK) == 0 } && access("/usr/bin/ssh-keygen", X_OK) == 0
    }
  }

  /// How long it may take to start, in seconds.
  private static let limit = 60

  package let kind: Kind
  package let port: Int
  /// Its public key: type and base 64.
  package let hostKey: String
  /// The private key that it lets in.
  package var identity: String { folder.file("id") }
  private let folder = TemporaryFolder()
  private let process: HostProcess

  /// Starts it, and waits until it listens.
  ///
  /// - Parameters:
  ///   - shell: the program that runs a command on the board; nil for this host, for OpenSSH's only (dropbear takes no
  ///     keys but those in the user's home).
  ///   - prepare: lines for the shell that starts it, run right before.
  ///   - options: more lines of sshd's configuration.
  ///   - hasSFTP: whether sshd knows an SFTP server.
  ///   - port: a free one where it is nil.
  package init(
    _ kind: Kind,
    in shell: String? = nil,
    prepare: String = "",
    options: String = "",
    hasSFTP: Bool = true,
    port: Int? = nil
  ) async {
    self.kind = kind
    let number = port ?? Self.freePort()
    self.port = number
    for name in ["id", "host"] {
      let made = run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", folder.file(name)])
      precondition(made.status == 0, made.output)
    }
    let text = { [folder] (name: String) in String(decoding: bytes(of: folder.file(name)), as: UTF8.self) }
    hostKey = text("host.pub").split(separator: " ").prefix(2).joined(separator: " ")
    let place = shell == nil ? folder.file("server") : "/root/server"
    let script = """
      set -e
      umask 077
      mkdir -p '\(place)'
      cd '\(place)'
      cat > host <<'END'
      \(text("host"))END
      cat > keys <<'END'
      \(text("id.pub"))END
      \(shell == nil ? Self.ofHost : Self.ofBoard)
      \(kind == .openSSH ? Self.sshd(place, number, options, hasSFTP) : Self.dropbear)
      \(prepare)
      \(kind == .openSSH ? Self.startSSHD : Self.startDropbear(number))
      """
    process = HostProcess((shell.map { [$0] } ?? []) + ["/bin/sh", "-c", script])
    let word = kind == .openSSH ? "Server listening on" : "Not backgrounding"
    let isListening = await process.waitForErrors(word, limit: Self.limit)
    guard isListening else {
      let ending = await process.ending(limit: 1)
      preconditionFailure("the ssh server does not start: \(ending?.errorText ?? "")")
    }
  }

  deinit { process.signal(SIGKILL) }

  /// Ends it, and waits for that: on this host with none of its connections, on a board with everything there.
  package func stop() async {
    process.signal(SIGKILL)
    _ = await process.ending(limit: Self.limit)
  }

  /// A port of the loopback that nobody listens on now.
  package static func freePort() -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        precondition(bind(descriptor, general, length) == 0 && getsockname(descriptor, general, &length) == 0)
      }
      return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
  }

  private static let ofHost = """
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    """

  private static let ofBoard = """
    mkdir -p /run/sshd /root/.ssh
    chmod 755 /run/sshd
    cp keys /root/.ssh/authorized_keys
    cp /root/.bashrc /root/.bash_profile
    """

  private static func sshd(_ place: String, _ port: Int, _ options: String, _ hasSFTP: Bool) -> String {
    """
    cat > config <<'END'
    \(options)
    Port \(port)
    ListenAddress 127.0.0.1
    HostKey \(place)/host
    PidFile none
    AuthorizedKeysFile \(place)/keys .ssh/authorized_keys
    StrictModes no
    UsePAM no
    UseDNS no
    PrintMotd no
    PrintLastLog no
    PermitRootLogin yes
    KbdInteractiveAuthentication no
    \(hasSFTP ? "Subsystem sftp internal-sftp" : "")
    END
    """
  }

  private static let startSSHD = #"exec /usr/sbin/sshd -D -e -f "$PWD/config""#

  private static let dropbear = "dropbearconvert openssh dropbear host dropbear-host 2> /dev/null"

  private static func startDropbear(_ port: Int) -> String {
    #"exec /usr/sbin/dropbear -F -E -p 127.0.0.1:\#(port) -r "$PWD/dropbear-host" -P /dev/null"#
  }
}
