// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Files
import Glibc
import Multinode
import YAMLDocument

/// Where a coordinator is, as LAVA's `/etc/lava-coordinator/lava-coordinator.conf` says it (spec multinode §3).
package struct CoordinatorSettings: Sendable {
  package static let usualFile = "/etc/lava-coordinator/lava-coordinator.conf"

  package var host: String
  package var port: Int
  /// Between two requests, where the coordinator does not hold them.
  package var pollDelay: Duration
  private var blockSize = 4096

  package init(host: String, port: Int, pollDelay: Duration = .seconds(1)) {
    self.host = host
    self.port = port
    self.pollDelay = pollDelay
  }

  /// - Throws: in LAVA's words, kind `infrastructure` where there is no such file, `configuration` where it is no JSON.
  package init(file path: String) throws(Failure) {
    let bytes: [UInt8]
    do throws(Failure) {
      bytes = try FileSystem.read(path, limit: 1 << 20)
    } catch {
      throw Failure(
        .infrastructure,
        "no-coordinator-configuration",
        "Missing coordinator configuration",
        advice: "A job of a group needs \(path) on its worker: {\"port\": 3079, \"coordinator_hostname\": \"…\"}.",
        cause: error.message
      )
    }
    guard let value = WireText.value(of: bytes), value.mapping != nil else {
      throw Failure(
        .configuration,
        "bad-coordinator-configuration",
        "Invalid JSON settings for lava-multinode: \(path)",
        advice: "It has to be one JSON object."
      )
    }
    self.init(
      host: value["coordinator_hostname"]?.string ?? "localhost",
      port: value["port"]?.int ?? CoordinatorServer.usualPort,
      pollDelay: .seconds(max(value["poll_delay"]?.int ?? 1, 1))
    )
    blockSize = value["blocksize"]?.int ?? blockSize
  }

  /// What goes along with every request (spec multinode §3).
  var base: [YAMLValue.Pair] {
    [
      .init("port", .int(port)), .init("blocksize", .int(blockSize)),
      .init("poll_delay", .int(Int(pollDelay.components.seconds))), .init("host", .string(host)),
      .init("hostname", .string(Self.hostname)),
    ]
  }

  private static let hostname: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
}
