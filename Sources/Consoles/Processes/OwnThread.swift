// SPDX-License-Identifier: Apache-2.0

internal import CPosix

/// A thread that may block, beside the cooperative pool. No signal is delivered to it.
package enum OwnThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread that ends by itself. Returns 0 or an errno.
  package static func start(_ run: @escaping @Sendable () -> Void) -> Int32 {
    let body = Unmanaged.passRetained(Body(run))
    let error = cposix_start_thread(
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      },
      body.toOpaque()
    )
    if error != 0 { body.release() }
    return error
  }
}
