// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Glibc

/// The IPv4 addresses of this host.
enum HostAddresses {
  /// All of them, as dotted quads.
  static func all() -> Set<String> { Set(interfaces().map(\.address)) }

  /// Where a server of this host listens that boards ask at an address. Behind an emulator's user network the host has one
  /// that only the board knows; it leads to the loopback.
  static func listening(for address: String) -> String { all().contains(address) ? address : "127.0.0.1" }

  /// The address of the interface that the default route leaves by; nil without such a route.
  static func ofDefaultRoute() throws(Failure) -> String? {
    guard let interface = defaultRouteInterface(try FileSystem.readText("/proc/net/route")) else { return nil }
    return interfaces().first { $0.name == interface }?.address
  }

  /// `RTF_UP` of a route's flags (Linux, include/uapi/linux/route.h).
  private static let isUp = 1

  /// The interface of the default route with the least metric in the kernel's route table.
  ///
  /// - Parameter table: `/proc/net/route`: a header, then a line for each route, in columns: interface, destination,
  ///   gateway, flags, references, uses, metric, mask (proc_net(5)). The metric is decimal, the rest hexadecimal.
  static func defaultRouteInterface(_ table: String) -> String? {
    var best: (name: Substring, metric: Int)?
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split { $0 == "\t" || $0 == " " }
      guard fields.count > 7, fields[1] == "00000000", fields[7] == "00000000",
        let flags = Int(fields[3], radix: 16), flags & isUp != 0, let metric = Int(fields[6])
      else { continue }
      if best.map({ metric < $0.metric }) ?? true { best = (fields[0], metric) }
    }
    return best.map { String($0.name) }
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
