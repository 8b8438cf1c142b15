// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing

@testable import LavaRun

/// The command line, as LAVA's worker writes it (spec results-and-log §6).
@Suite struct OptionTests {
  private static let worker = [
    "--device=/d/device.yaml", "--dispatcher=/d/dispatcher.yaml", "--output-dir=/d", "--job-id=17",
    "--url=https://lava.example.com/", "--token=T0=ken", "--job-log-interval=7", "--debug", "/d/job.yaml",
    "--env-dut=/d/env-dut.yaml",
  ]

  /// With an option behind the definition.
  @Test func asTheWorkerWritesIt() throws {
    let options = try LavaRunOptions.parse(Self.worker)
    #expect(options.device == "/d/device.yaml")
    #expect(options.dispatcher == "/d/dispatcher.yaml")
    #expect(options.outputDir == "/d")
    #expect(options.jobID == "17")
    #expect(options.url == "https://lava.example.com/")
    #expect(options.token == "T0=ken")
    #expect(options.jobLogInterval == 7)
    #expect(options.debug)
    #expect(options.definition == "/d/job.yaml")
    #expect(options.envDut == "/d/env-dut.yaml")
    #expect(!options.onlyValidates)
    #expect(!options.skipSudoWarning)
  }

  @Test func asAPersonWritesIt() throws {
    let words = "--job-id 1 --output-dir out --device d.yaml job.yaml --validate --skip-sudo-warning"
    let options = try LavaRunOptions.parse(words.split(separator: " ").map(String.init))
    #expect(options.onlyValidates)
    #expect(options.skipSudoWarning)
    #expect(options.url == nil)
    #expect(options.jobLogInterval == 5)
  }

  /// Python's argparse takes what no other option begins with.
  @Test func cutShort() throws {
    let words = "--job-i 1 --o=out --devi d.yaml --di=x=y --e env --job-l 9 --u http://s --t --- --s --v --deb job.yaml"
    let completed = OptionNames.completed(words.split(separator: " ").map(String.init))
    #expect(
      completed.joined(separator: " ")
        == "--job-id 1 --output-dir=out --device d.yaml --dispatcher=x=y --env-dut env --job-log-interval 9 "
        + "--url http://s --token --- --skip-sudo-warning --validate --debug job.yaml"
    )
    // More than one begins so, none does, it is no option, or it is said that it is none.
    let kept = ["--job=1", "--de", "--validates", "--", "--val", "-v", "job"]
    #expect(OptionNames.completed(kept) == kept)
  }

  @Test(arguments: OptionNames.all) func everyNameIsAnOption(name: String) {
    #expect(LavaRunOptions.helpMessage().contains("  \(name)") || LavaRunOptions.helpMessage().contains(", \(name)"))
  }

  @Test(arguments: [
    "--output-dir o --device d job", "--job-id 1 --device d job", "--job-id 1 --output-dir o job",
    "--job-id 1 --output-dir o --device d", "--job-id 1 --output-dir o --device d job more",
    "--job-id 1.2 --output-dir o --device d job", "--job-id ../1 --output-dir o --device d job",
    "--job-id 1 --output-dir o --device d job --url http://x", "--job-id 1 --output-dir o --device d job --token t",
    "--job-id 1 --output-dir o --device d job --url x --token t",
    "--job-id 1 --output-dir o --device d job --url http:// --token t",
    "--job-id 1 --output-dir o --device d job --url https:///lava --token t",
    "--job-id 1 --output-dir o --device d job --url http://l\u{E4}va --token t",
    "--job-id 1 --output-dir o --device d job --job-log-interval soon", "--job-id 1 --output-dir o --device d job --no",
    "--job 1 --output-dir o --device d job", "--job-id 1 --output-dir o --de d job",
    "--job-id 1 --output-dir o --device d job --version",
  ])
  func wrongUsage(_ words: String) {
    #expect(throws: (any Error).self) {
      try LavaRunOptions.parse(OptionNames.completed(words.split(separator: " ").map(String.init)))
    }
  }
}
