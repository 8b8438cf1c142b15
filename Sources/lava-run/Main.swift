// SPDX-License-Identifier: Apache-2.0

import Glibc
import LavaRun
import Supervision

@main
enum Main {
  static func main() async {
    Supervisor.becomeWhereAsked(CommandLine.arguments)
    exit(await LavaRun.main(CommandLine.arguments))
  }
}
