// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// `lava-network`: every member of a group tells the others its addresses, and asks for theirs. LAVA V1 had it; test
/// definitions still call it.
enum Network {
  static func run(_ invocation: Invocation) -> Int32 {
    let verb = invocation.argument(0)
    let object = invocation.argument(1)
    if verb.equals("hosts") { return hosts(object, invocation) }
    if !object.isEmpty {
      if verb.equals("broadcast") { return broadcast(object, invocation) }
      if verb.equals("collect") { return collect(invocation.argument(2), invocation) }
      if verb.equals("query") { return query(object, invocation.argument(2), invocation) }
    }
    return invocation.usage(
      """
      Usage: lava-network broadcast INTERFACE
             lava-network collect INTERFACE [ROLE]
             lava-network query ID [ipv4|ipv6|hostname|hostname-full|netmask|broadcast|default-gateway|mac|dns_1|…]
             lava-network hosts [FILE]
      """
    )
  }

  /// The message that carries the addresses.
  private static var message: Bytes { Bytes("network_info") }
  /// Where the last collected answers are: later waits replace the message cache.
  private static var cache: Bytes { Bytes("/tmp/lava_multi_node_network_cache.txt") }

  /// Sends what is known of an interface. Keys with a dash come last: a LAVA host takes them for a part of the value
  /// before them.
  private static func broadcast(_ name: Bytes, _ invocation: Invocation) -> Int32 {
    let interface = Interface(name: name)
    let ipv4 = interface.ipv4
    if ipv4.isEmpty {
      Output.complain(invocation.name, "no IPv4 address on", name, Bytes("raise the interface first"))
      return 1
    }
    var message = BroadcastMessage(message)
    message.add("ipv4", ipv4)
    message.add("ipv6", interface.ipv6)
    message.add("netmask", interface.netmask)
    message.add("broadcast", interface.broadcast)
    message.add("mac", interface.mac)
    message.add(nameservers: NetworkFacts.nameservers(File.content("/etc/resolv.conf")))
    let host = ownHostname()
    message.add("hostname", host)
    message.add("hostname-full", NetworkFacts.fullName(host: host, hosts: File.content("/etc/hosts")))
    message.add("default-gateway", interface.gateway)
    return Multinode.call(.send, message.words, invocation)
  }

  /// Waits until the group, or one role in it, has broadcast.
  private static func collect(_ role: Bytes, _ invocation: Invocation) -> Int32 {
    let status = Multinode.call(.waitAll, [message, role], invocation)
    if File.write(File.read(Multinode.cache) ?? [], to: cache) { return status }
    invocation.complainErrno("cannot write", cache)
    return 1
  }

  /// Prints what a member has broadcast: its IPv4 address when no key is given.
  private static func query(_ id: Bytes, _ key: Bytes, _ invocation: Invocation) -> Int32 {
    let value = directory().value(of: key.isEmpty ? Bytes("ipv4") : key, from: id)
    if value.isEmpty {
      Output.complain(invocation.name, "nothing known of", id, Bytes("it is known after lava-network collect"))
      return 1
    }
    Output.printLine(value)
    return 0
  }

  /// Prints lines for `/etc/hosts`, or appends them to a file.
  private static func hosts(_ file: Bytes, _ invocation: Invocation) -> Int32 {
    let text = directory().hosts
    if file.isEmpty {
      Output.print(text)
      return 0
    }
    if File.write(text, to: file, appending: true) { return 0 }
    invocation.complainErrno("cannot write", file)
    return 1
  }

  private static func directory() -> NetworkDirectory {
    NetworkDirectory(File.read(cache) ?? [])
  }

  private static func ownHostname() -> Bytes {
    var name = Bytes(repeating: 0, count: 256)
    _ = name.withUnsafeMutableBytes {
      gethostname($0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count - 1)
    }
    return name.part(0..<(name.index(of: 0) ?? 0))
  }
}
