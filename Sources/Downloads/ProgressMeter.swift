// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Tells how far a transfer is, but not with every packet.
final class ProgressMeter: Sendable {
  private static let interval = Duration.milliseconds(200)

  private let tell: @Sendable (DownloadProgress) -> Void
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  init(_ tell: @escaping @Sendable (DownloadProgress) -> Void) { self.tell = tell }

  /// Something that is said whenever it happens.
  func report(_ progress: DownloadProgress) { tell(progress) }

  /// More has come.
  func received(_ count: Int, total: Int?) {
    let now = ContinuousClock.now
    let isDue = last.withLock { last in
      if let last, now - last < Self.interval { return false }
      last = now
      return true
    }
    if isDue { tell(.receiving(count, total: total)) }
  }

  /// All has come.
  func finished(_ count: Int) { tell(.receiving(count, total: count)) }
}
