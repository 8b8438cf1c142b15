// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What a command costs that does little: `pumice validate` as a process, beside `/bin/true`.
struct StartBenchmark {
  private static let repetitions = 50
  private static let limit = Duration.milliseconds(30)

  let pumice: String
  let job: String
  let device: String
  /// The largest of the sample jobs; it need not be there.
  let largeJob: String

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    let small = try measure(["validate", job, "--device", device])
    let difference = small.time - small.nothing.time
    let rows = [
      Measurement(
        what: "pumice validate, a job on its device",
        measured: small.time.text,
        comparison: "/bin/true \(small.nothing.time.text)",
        ratio: "+ \(difference.text)",
        target: ("≤ + \(Self.limit.text)", difference <= Self.limit)
      ),
      Measurement(
        what: "  its peak memory",
        measured: small.peakMemory.sizeText,
        comparison: "least that can be seen \(small.nothing.peakMemory.sizeText)"
      ),
    ]
    let what = "pumice validate, the largest sample job"
    guard access(largeJob, R_OK) == 0 else {
      return rows + [Measurement(what: what, measured: "skipped", comparison: "../shared/conformance is not there")]
    }
    let large = try measure(["validate", largeJob])
    return rows + [
      Measurement(
        what: what,
        measured: large.time.text,
        comparison: "/bin/true \(large.nothing.time.text)",
        ratio: "+ \((large.time - large.nothing.time).text)"
      )
    ]
  }

  /// The medians of a command of Pumice's, and of nothing beside it.
  private typealias Cost = (time: Duration, peakMemory: Int, nothing: (time: Duration, peakMemory: Int))

  private func measure(_ arguments: [String]) throws(BenchmarkFailure) -> Cost {
    let nothing = ProcessRun(arguments: ["/bin/true"])
    // What it says of the job, each time anew, nobody reads.
    let command = ProcessRun(arguments: [pumice] + arguments, errors: "/dev/null")
    // In turns, so that both meet the machine in the same state.
    var nothingCosts: [ProcessCost] = []
    var costs: [ProcessCost] = []
    for _ in 0..<Self.repetitions {
      nothingCosts.append(try nothing.cost())
      costs.append(try command.cost())
    }
    return (
      median(costs.map(\.time)), median(costs.map(\.peakMemory)),
      (median(nothingCosts.map(\.time)), median(nothingCosts.map(\.peakMemory)))
    )
  }
}
