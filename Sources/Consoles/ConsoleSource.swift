// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Glibc

/// What stands at the other end of a console's stream. Belongs to the pump's thread.
protocol ConsoleSource: ~Copyable {
  /// Our end of the stream; non-blocking.
  var stream: Int32 { get }
  /// Readable when the program behind the stream has ended; negative where there is none.
  var pidfd: Int32 { get }
  /// Whether nothing of it is left that a ladder would have to end.
  var isGone: Bool { get }
  /// How the program ended; nil while it runs, and where there is none.
  func exitStatus() -> ExitStatus?
  /// The same, and it is forgotten.
  func reap() -> ExitStatus?
  /// The processes that live. The caller closes their descriptors.
  func members() -> [cposix_member]
  func signal(_ number: Int32, members: [cposix_member])
}

extension ChildProcess: ConsoleSource {
  var isGone: Bool { exitStatus() != nil }
}

/// A stream without a program of ours behind it. The descriptor is closed with it.
struct AttachedStream: ConsoleSource, ~Copyable {
  let stream: Int32

  var pidfd: Int32 { -1 }
  var isGone: Bool { true }

  func exitStatus() -> ExitStatus? { nil }
  func reap() -> ExitStatus? { nil }
  func members() -> [cposix_member] { [] }
  func signal(_ number: Int32, members: [cposix_member]) {}

  deinit { close(stream) }
}
