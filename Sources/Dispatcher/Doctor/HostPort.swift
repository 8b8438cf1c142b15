// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A UDP port of this host that a service would listen on.
struct HostPort {
  /// What keeps this process from it: an errno; 0 for nothing.
  let error: Int32

  /// Takes the port for a moment, and lets it go.
  ///
  /// - Parameter address: a dotted quad.
  init(address: String, port: UInt16) {
    let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else {
      error = errno
      return
    }
    defer { close(number) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else {
      error = EADDRNOTAVAIL
      return
    }
    let result = withUnsafePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    error = result == 0 ? 0 : errno
  }
}
