// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// A network interface of the board, asked of the kernel. A fact that it does not have is empty.
struct Interface {
  /// Its name: `eth0`.
  let name: Bytes

  /// Its first IPv4 address.
  var ipv4: Bytes { address(UInt(SIOCGIFADDR)) }
  /// The mask of that address.
  var netmask: Bytes { address(UInt(SIOCGIFNETMASK)) }
  /// The broadcast address of its network.
  var broadcast: Bytes { address(UInt(SIOCGIFBRDADDR)) }
  /// Its hardware address.
  var mac: Bytes { NetworkFacts.hardwareAddress(ask(UInt(SIOCGIFHWADDR), 18..<24)) }
  /// The gateway of the default route through it.
  var gateway: Bytes { NetworkFacts.gateway(interface: name, routes: File.content("/proc/net/route")) }
  /// Its first IPv6 address.
  var ipv6: Bytes { NetworkFacts.ipv6(interface: name, addresses: File.content("/proc/net/if_inet6")) }

  private func address(_ request: UInt) -> Bytes {
    NetworkFacts.dotted(ask(request, 20..<24))
  }

  /// Makes one request of netdevice(7).
  ///
  /// - Returns: some bytes of a `struct ifreq`: 16 bytes of name, then the answer, an address of two bytes family and,
  ///   for IPv4, two bytes port. None when there is no answer.
  @inline(never)
  private func ask(_ request: UInt, _ range: Range<Int>) -> Bytes {
    guard name.count < 16 else { return [] }
    let descriptor = board_datagram_socket()
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var answer = name
    while answer.count < 64 { answer.append(byte: 0) }
    let status = answer.withUnsafeMutableBytes { board_interface_ioctl(descriptor, request, $0.baseAddress!) }
    return status == 0 ? answer.part(range) : []
  }
}
