// SPDX-License-Identifier: Apache-2.0

/// A job with inline definitions, for any board with a root shell.
struct InlineJob {
  let path: String

  /// Writes a job with definitions `suite-0`, `suite-1`, … of twenty steps each.
  ///
  /// - Parameter transfers: whether the boot action brings the overlay to the board.
  init(writingTo path: String, definitionCount: Int, transfers: Bool = true) throws(BenchmarkFailure) {
    var file = try OutputFile(path)
    let head = transfers ? Self.head : Self.head.replacing(Self.transfer, with: "")
    try file.write(head.utf8)
    for index in 0..<definitionCount { try file.write(Self.definition(index).utf8) }
    try file.finish()
    self.path = path
  }

  private static let transfer = """
          transfer_overlay:
            download_command: cd /tmp; wget
            unpack_command: tar -C / -xzf
    """

  /// What stands before the definitions.
  static let head = """
    job_name: bench
    device_type: namespace
    visibility: public
    timeouts:
      job: { minutes: 5 }
      action: { minutes: 2 }
      connection: { minutes: 1 }
    actions:
      - deploy:
          to: overlay
          os: debian
      - boot:
          method: minimal
          reset: false
          prompts: ['root@[^:]+:[^#]*# ']
    \(transfer)
      - test:
          definitions:

    """

  private static func definition(_ index: Int) -> String {
    let steps = (0..<20).map {
      "                - lava-test-case step-\($0) --shell test -e /proc/\(index * 20 + $0)\n"
    }
    return """
              - from: inline
                name: suite-\(index)
                path: inline/suite-\(index).yaml
                repository:
                  metadata:
                    format: Lava-Test Test Definition 1.0
                    name: suite-\(index)
                    description: Suite \(index) of the benchmark
                    os: [debian]
                    scope: [functional]
                  run:
                    steps:

      """ + steps.joined()
  }
}
