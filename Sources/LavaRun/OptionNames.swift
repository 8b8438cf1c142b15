// SPDX-License-Identifier: Apache-2.0

/// The long options of `lava-run`, which Python's argparse lets one cut short: `--val` is `--validate`.
enum OptionNames {
  static let all = [
    "--debug", "--device", "--dispatcher", "--env-dut", "--help", "--job-id", "--job-log-interval", "--output-dir",
    "--skip-sudo-warning", "--token", "--url", "--validate",
  ]

  /// A command line with each option in full. What more than one option begins with stays as it is, and is refused by
  /// whoever reads the options; so does what stands behind `--`.
  static func completed(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].map(completed) + arguments[end...]
  }

  private static func completed(_ argument: String) -> String {
    guard argument.hasPrefix("--") else { return argument }
    let name = argument.prefix { $0 != "=" }
    let meant = all.contains(String(name)) ? [] : all.filter { $0.hasPrefix(name) }
    return meant.count == 1 ? meant[0] + argument.dropFirst(name.count) : argument
  }
}
