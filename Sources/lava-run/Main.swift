// SPDX-License-Identifier: Apache-2.0

import Glibc
import LavaRun

@main
enum Main {
  static func main() async { exit(await LavaRun.main(CommandLine.arguments)) }
}
