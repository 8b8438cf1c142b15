// SPDX-License-Identifier: Apache-2.0

internal import Dispatcher
internal import Glibc

/// `pumice-bench tftp FILE…`: Pumice's TFTP server alone, for Benchmarks/tftp.py. It serves the files, each by its own
/// name, on a port of 127.0.0.1 that it prints, until its standard input ends.
enum ServeTFTP {
  static func run(_ files: [String]) async -> Int32 {
    do {
      let server = try await TFTPServer.start(address: "127.0.0.1", port: 0) { _ in }
      for file in files {
        server.publish(file, as: file.split(separator: "/").last.map(String.init) ?? file)
      }
      print(server.port)
      fflush(nil)
      while getchar() != EOF {}
      await server.stop()
      return 0
    } catch {
      print("pumice-bench: \(error)")
      return 1
    }
  }
}
