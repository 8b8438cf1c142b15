// SPDX-License-Identifier: Apache-2.0

/// What a board knows of its network, from files of the kernel and of the system. The words are those that
/// `lava-network` broadcast in LAVA V1.
package enum NetworkFacts {
  /// The gateway of the default route through an interface, from `/proc/net/route`; empty when there is none.
  package static func gateway(interface: Bytes, routes: Bytes) -> Bytes {
    for line in routes.lines {
      let fields = line.words
      guard fields.count > 2, fields[0] == interface, fields[1].equals("00000000") else { continue }
      guard fields[2].count == 8, let address = fields[2].hexadecimal, address != 0 else { continue }
      // The kernel prints the address, which is in network order in memory, as a number of the machine.
      return dotted(withUnsafeBytes(of: address) { Bytes($0) })
    }
    return []
  }

  /// The first IPv6 address of an interface, as RFC 5952 writes it, from `/proc/net/if_inet6`; empty when there
  /// is none.
  package static func ipv6(interface: Bytes, addresses: Bytes) -> Bytes {
    for line in addresses.lines {
      let fields = line.words
      guard fields.count >= 6, fields[5] == interface, fields[0].count == 32 else { continue }
      var groups: [Bytes] = []
      for start in stride(from: 0, to: 32, by: 4) {
        var digit = start
        while digit < start + 3, fields[0][digit] == UInt8(ascii: "0") { digit += 1 }
        groups.append(fields[0].part(digit..<(start + 4)))
      }
      return shortened(groups)
    }
    return []
  }

  /// The groups of an IPv6 address with colons between them, the first longest run of at least two zeros left out.
  private static func shortened(_ groups: [Bytes]) -> Bytes {
    var longest = 0..<0
    var start = 0
    for end in 1...groups.count {
      if !groups[end - 1].equals("0") {
        start = end
      } else if end - start > max(longest.count, 1) {
        longest = start..<end
      }
    }
    if longest.isEmpty { return Bytes.joining(groups, by: ":") }
    var text = Bytes.joining(Array(groups.prefix(longest.lowerBound)), by: ":")
    text.append("::")
    text.append(Bytes.joining(groups.dropping(longest.upperBound), by: ":"))
    return text
  }

  /// The name servers, from `/etc/resolv.conf`, in its order.
  package static func nameservers(_ resolvConf: Bytes) -> [Bytes] {
    var servers: [Bytes] = []
    for line in resolvConf.lines {
      let words = line.words
      if words.count >= 2, words[0].equals("nameserver") { servers.append(words[1]) }
    }
    return servers
  }

  /// The full name of a host: its first name in a line of `/etc/hosts` that lists it, else the name itself.
  package static func fullName(host: Bytes, hosts: Bytes) -> Bytes {
    if host.contains(".") { return host }
    for line in hosts.lines {
      let names = line.part(0..<(line.index(of: UInt8(ascii: "#")) ?? line.count)).words.dropping(1)
      if names.contains(host), names[0].contains(".") { return names[0] }
    }
    return host
  }

  /// Four bytes as `192.0.2.7`.
  package static func dotted(_ address: Bytes) -> Bytes {
    var text: Bytes = []
    for index in address.indices {
      if index > 0 { text.append(".") }
      text.append(decimal: UInt64(address[index]))
    }
    return text
  }

  /// Six bytes as `52:54:00:12:34:56`.
  package static func hardwareAddress(_ address: Bytes) -> Bytes {
    var text: Bytes = []
    for index in address.indices {
      if index > 0 { text.append(":") }
      text.append(byte: .hexadecimal(address[index] >> 4))
      text.append(byte: .hexadecimal(address[index] & 0xF))
    }
    return text
  }
}

/// What the group has broadcast: the lines of the message cache after `lava-network collect`, each
/// `sender:key=value`.
package struct NetworkDirectory {
  /// Sender, key and value of each.
  private var facts: [[Bytes]] = []

  /// Reads cache lines. A LAVA host takes a key with a dash for a part of the value before it
  /// (`5001:hostname=a hostname-full=b`); none of our values has a space, so such words are keys again here.
  package init(_ cache: Bytes) {
    for line in cache.lines {
      guard let colon = line.index(of: UInt8(ascii: ":")) else { continue }
      for word in line.part(from: colon + 1).words {
        guard let equals = word.index(of: UInt8(ascii: "=")) else { continue }
        facts.append([line.part(0..<colon), word.part(0..<equals), word.part(from: equals + 1)])
      }
    }
  }

  /// What a member of the group has broadcast under a key; empty when it has not.
  @inline(never)
  package func value(of key: Bytes, from sender: Bytes) -> Bytes {
    for fact in facts where fact[0] == sender && fact[1] == key { return fact[2] }
    return []
  }

  /// Lines for `/etc/hosts`, one for each member that has an IPv4 address: address, tab, name.
  package var hosts: Bytes {
    var hosts: Bytes = []
    var seen: [Bytes] = []
    for fact in facts where !seen.contains(fact[0]) {
      seen.append(fact[0])
      let address = value(of: Bytes("ipv4"), from: fact[0])
      var name = value(of: Bytes("hostname-full"), from: fact[0])
      if name.isEmpty { name = value(of: Bytes("hostname"), from: fact[0]) }
      if address.isEmpty || name.isEmpty { continue }
      hosts.append(address)
      hosts.append("\t")
      hosts.append(name)
      hosts.append("\n")
    }
    return hosts
  }
}

extension [UInt8] {
  /// The number that up to eight hex digits are; `nil` when the bytes are anything else.
  fileprivate var hexadecimal: UInt32? {
    var value: UInt32 = 0
    for character in self {
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(character - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(character - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(character - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
    return value
  }
}
