// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PumiceCLI

@main
enum Main {
  static func main() async { await Pumice.main() }
}
