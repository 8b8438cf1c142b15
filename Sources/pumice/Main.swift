// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PumiceCLI
import Supervision

@main
enum Main {
  static func main() async {
    Supervisor.becomeWhereAsked(CommandLine.arguments)
    await Pumice.main()
  }
}
