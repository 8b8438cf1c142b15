// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

@Suite("lava-network")
struct NetworkTests {
  /// Lines as Linux on a little-endian machine prints them: 0102000A is 10.0.2.1 in memory order.
  @Test func gateway() {
    let routes = b(
      """
      Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
      eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
      eth1\t00000000\t01A8C0C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
      eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
      """
    )
    #expect(text(NetworkFacts.gateway(interface: b("eth0"), routes: routes)) == "10.0.2.1")
    #expect(NetworkFacts.gateway(interface: b("eth2"), routes: routes).isEmpty)
  }

  /// The examples of RFC 5952: the first of the longest runs is shortened, a single zero is not.
  @Test(arguments: [
    ("fe80000000000000f2def1fffe468c21", "fe80::f2de:f1ff:fe46:8c21"),
    ("00000000000000000000000000000001", "::1"),
    ("20010db8000000000001000000000001", "2001:db8::1:0:0:1"),
    ("20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"),
    ("20010000000000010000000000000001", "2001:0:0:1::1"),
    ("20010db8000100000000000000000000", "2001:db8:1::"),
  ])
  func ipv6(digits: String, address: String) {
    let addresses = b("\(digits) 02 40 20 80     eth0\n")
    #expect(text(NetworkFacts.ipv6(interface: b("eth0"), addresses: addresses)) == address)
    #expect(NetworkFacts.ipv6(interface: b("eth1"), addresses: addresses).isEmpty)
  }

  @Test func nameservers() {
    let servers = NetworkFacts.nameservers(b("search x\nnameserver 8.8.8.8\n#nameserver 1\nnameserver\t::1\n"))
    #expect(servers.map(text) == ["8.8.8.8", "::1"])
  }

  @Test func fullName() {
    let hosts = b("127.0.0.1 localhost\n127.0.1.1 board.example board # board x.y\n")
    #expect(text(NetworkFacts.fullName(host: b("board"), hosts: hosts)) == "board.example")
    #expect(text(NetworkFacts.fullName(host: b("other"), hosts: hosts)) == "other")
    #expect(text(NetworkFacts.fullName(host: b("a.b"), hosts: hosts)) == "a.b")
    #expect(text(NetworkFacts.fullName(host: b("localhost"), hosts: hosts)) == "localhost")
  }

  @Test func addresses() {
    #expect(text(NetworkFacts.dotted([192, 0, 2, 7])) == "192.0.2.7")
    #expect(text(NetworkFacts.hardwareAddress([0x52, 0x54, 0, 0x12, 0xAB, 0xFF])) == "52:54:00:12:ab:ff")
    #expect(NetworkFacts.dotted([]).isEmpty)
  }

  @Test("A key that the host has glued to the value before it is a key again")
  func directory() {
    let directory = NetworkDirectory(
      b(
        """
        5001:ipv4=10.0.0.1
        5001:hostname=a hostname-full=a.lab default-gateway=10.0.0.254
        5002:ipv4=10.0.0.2
        5002:hostname=b
        5002:ipv6=fe80::1
        5003:mac=52:54:00:12:34:56
        """
      )
    )
    #expect(text(directory.value(of: b("hostname"), from: b("5001"))) == "a")
    #expect(text(directory.value(of: b("default-gateway"), from: b("5001"))) == "10.0.0.254")
    #expect(text(directory.value(of: b("ipv6"), from: b("5002"))) == "fe80::1")
    #expect(directory.value(of: b("ipv4"), from: b("5003")).isEmpty)
    #expect(text(directory.hosts) == "10.0.0.1\ta.lab\n10.0.0.2\tb\n")
  }
}
