// SPDX-License-Identifier: Apache-2.0

/// The middle of the values (of the two in the middle the later one): what others do on a shared machine moves it least.
/// - Parameter values: at least one.
func median<Value: Comparable>(_ values: [Value]) -> Value { values.sorted()[values.count / 2] }

/// Does something several times.
/// - Parameter times: at least 1.
/// - Returns: the median of the times it took.
func medianTime(of times: Int, _ work: () throws(BenchmarkFailure) -> Void) throws(BenchmarkFailure) -> Duration {
  let clock = ContinuousClock()
  var durations: [Duration] = []
  for _ in 0..<times {
    let start = clock.now
    try work()
    durations.append(clock.now - start)
  }
  return median(durations)
}

/// Why something could not be measured.
struct BenchmarkFailure: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
