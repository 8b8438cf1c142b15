// SPDX-License-Identifier: Apache-2.0

/// What a command costs that does little: `pumice validate` as a process, beside `/bin/true`.
struct StartBenchmark {
  private static let repetitions = 50
  private static let limit = Duration.milliseconds(30)

  let pumice: String
  let job: String
  let device: String

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    let nothing = ProcessRun(arguments: ["/bin/true"])
    let validate = ProcessRun(arguments: [pumice, "validate", job, "--device", device])
    // In turns, so that both meet the machine in the same state.
    var nothingCosts: [ProcessCost] = []
    var validateCosts: [ProcessCost] = []
    for _ in 0..<Self.repetitions {
      nothingCosts.append(try nothing.cost())
      validateCosts.append(try validate.cost())
    }
    let nothingTime = median(nothingCosts.map(\.time))
    let validateTime = median(validateCosts.map(\.time))
    let difference = validateTime - nothingTime
    return [
      Measurement(
        what: "pumice validate, a job on its device",
        measured: validateTime.text,
        comparison: "/bin/true \(nothingTime.text)",
        ratio: "+ \(difference.text)",
        target: ("≤ + \(Self.limit.text)", difference <= Self.limit)
      ),
      Measurement(
        what: "  its peak memory",
        measured: median(validateCosts.map(\.peakMemory)).sizeText,
        comparison: "least that can be seen \(median(nothingCosts.map(\.peakMemory)).sizeText)"
      ),
    ]
  }
}
