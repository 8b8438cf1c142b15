// SPDX-License-Identifier: Apache-2.0

// SecureShellTests: against servers that are started here, on the loopback: OpenSSH's and dropbear.

import Glibc
import HostTools
import SecureShell

/// Who runs the tests.
let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"

extension SSHServer {
  /// How to reach it, as its key says.
  var target: SSHTarget {
    var target = SSHTarget(SSHPeer(host: "127.0.0.1", port: port, user: user))
    target.identities = [identity]
    target.usesAgent = false
    target.hostKeys = .pinned([SSHPublicKey(hostKey)].compactMap(\.self))
    return target
  }
}
