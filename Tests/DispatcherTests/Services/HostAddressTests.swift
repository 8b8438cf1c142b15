// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Dispatcher

@Suite struct HostAddressTests {
  private static let header = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"

  /// /proc/net/route as Linux writes it (proc(5)); addresses are hexadecimal in network order as the machine reads it.
  @Test func interfaceOfTheDefaultRoute() {
    let table = """
      \(Self.header)
      docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
      enp3s0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
      enp3s0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0

      """
    #expect(HostAddresses.defaultRouteInterface(table) == "enp3s0")
  }

  /// The kernel takes the route with the least metric, wherever it stands.
  @Test func leastMetricOfTwoDefaultRoutes() {
    let table = """
      \(Self.header)
      wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
      eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0

      """
    #expect(HostAddresses.defaultRouteInterface(table) == "eth0")
  }

  /// 0.0.0.0/1 of a VPN is not the default route: its mask is not 0.
  @Test func halvesOfTheAddressSpaceAreNoDefault() {
    let table = """
      \(Self.header)
      tun0\t00000000\t010AA8C0\t0003\t0\t0\t0\t00000080\t0\t0\t0
      eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0

      """
    #expect(HostAddresses.defaultRouteInterface(table) == "eth0")
  }

  /// A route that is down does not count: RTF_UP is flag 1.
  @Test func routesThatAreDownAreNotTaken() {
    let table = """
      \(Self.header)
      eth1\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0

      """
    #expect(HostAddresses.defaultRouteInterface(table) == nil)
  }

  @Test(arguments: ["", header, "\(header)\n", "\(header)\neth0\n", "\(header)\neth0\t0001A8C0\t00000000\t0001\n"])
  func noDefaultRoute(table: String) {
    #expect(HostAddresses.defaultRouteInterface(table) == nil)
  }

  @Test func theLoopbackIsOneOfOurs() { #expect(HostAddresses.all().contains("127.0.0.1")) }
}
