// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Glibc

/// The IPv4 addresses of this host.
enum HostAddresses {
  /// All of them, as dotted quads.
  static func all() -> Set<String> { Set(interfaces().map(\.address)) }

  /// The address of the interface that the default route leaves by; nil without such a route.
  static func ofDefaultRoute() throws(Failure) -> String? {
    guard let interface = defaultRouteInterface(try FileSystem.readText("/proc/net/route")) else { return nil }
    return interfaces().first { $0.name == interface }?.address
  }

  /// The interface whose destination is 0 in the kernel's route table.
  static func defaultRouteInterface(_ table: String) -> String? {
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split { $0 == "\t" || $0 == " " }
      if fields.count > 1, fields[1] == "00000000" { return String(fields[0]) }
    }
    return nil
  }

  private static func interfaces() -> [(name: String, address: String)] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var found: [(name: String, address: String)] = []
    var next = first
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard let address = entry.ifa_addr, Int32(address.pointee.sa_family) == AF_INET else { continue }
      let quad = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
      let bytes = withUnsafeBytes(of: quad) { $0.map { String($0) } }
      found.append((String(cString: entry.ifa_name), bytes.joined(separator: ".")))
    }
    return found
  }
}
