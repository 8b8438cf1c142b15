// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import CoordinatorService
import Diagnostics
import Multinode
import Reports

/// `pumice coordinator`
package struct CoordinatorCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Lets groups span hosts: a coordinator that speaks LAVA's protocol.",
    discussion: """
      Runs until it is stopped by Ctrl-C or TERM. Nobody has to prove who he is: let it listen only where those who can \
      reach it are trusted.
      """
  )

  @Option(help: ArgumentHelp("Where to listen; port 0: any that is free.", valueName: "host:port"))
  var listen = NetworkPlace(host: "127.0.0.1", port: CoordinatorServer.usualPort)

  @Flag(help: "Do what LAVA's coordinator happens to do where it differs from LAVA's documents (docs/Multinode.md).")
  var lavaQuirks = false

  package init() {}

  package func run() async throws {
    do throws(Failure) {
      OpenFiles.raiseLimit()
      let coordinator = LocalCoordinator(Coordinator(rules: lavaQuirks ? .lava : .documented))
      let server = try await CoordinatorServer.start(host: listen.host, port: listen.port, coordinator)
      Terminal.output.write("listening on \(server.address)\n")
      let interruption = Interruption { Task { await server.stop() } }
      await server.wait()
      interruption.end()
    } catch {
      report(error)
      throw ArgumentParser.ExitCode(.infrastructure)
    }
  }
}
