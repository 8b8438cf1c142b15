// SPDX-License-Identifier: Apache-2.0

/// What a person sees while something runs.
package protocol LiveView: Sendable {
  /// Brings the lines that are kept up to date to this moment. Does nothing where there are none.
  func tick()

  /// Takes those lines away, so that something else can be printed.
  func finish()
}

extension LiveView {
  /// Shows work until it is over. The time that it has taken goes on while nothing happens: that is what a clock is for,
  /// and here is the only one of the program that ticks.
  package func accompany<Value: Sendable>(_ work: () async -> Value) async -> Value {
    let clock = Task {
      // A sleep ends early only where the task is canceled: the work is over.
      while (try? await Task.sleep(for: .milliseconds(250))) != nil { tick() }
    }
    let value = await work()
    clock.cancel()
    await clock.value
    finish()
    return value
  }
}
