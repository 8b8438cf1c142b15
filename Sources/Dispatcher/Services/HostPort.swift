// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A port of this host that a service would listen on.
struct HostPort {
  enum Transport {
    case udp, tcp
  }

  /// What keeps this process from it: an errno; 0 for nothing.
  let error: Int32
  /// Its number, which the system has chosen where 0 was asked for.
  let number: Int

  /// Takes the port for a moment, and lets it go.
  ///
  /// - Parameters:
  ///   - address: a dotted quad.
  ///   - port: 0 for one that is free.
  init(_ transport: Transport, address: String, port: UInt16) {
    let type = transport == .udp ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue
    let descriptor = socket(AF_INET, Int32(type | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else {
      error = errno
      number = Int(port)
      return
    }
    defer { close(descriptor) }
    if transport == .tcp {
      // Connections of a server that has ended do not keep the next one from its port.
      var on: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else {
      error = EADDRNOTAVAIL
      number = Int(port)
      return
    }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    error = isBound ? 0 : errno
    number = Int(UInt16(bigEndian: place.sin_port))
  }
}
