// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Dispatch
internal import Files
internal import Glibc
internal import Synchronization

/// The right to fetch one URL, for one task of one process at a time. It ends with this value, or with the process.
struct CacheLock: ~Copyable {
  private let file: Descriptor

  /// Waits for the right, until the task is canceled.
  ///
  /// - Parameter isBusy: called when somebody else has it.
  init(_ path: String, isBusy: () -> Void) async throws(Failure) {
    while true {
      guard let file = Descriptor(path, O_RDWR | O_CREAT, mode: 0o600) else { throw .file("lock", path, errno) }
      if flock(file.number, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK else { throw .file("lock", path, errno) }
        isBusy()
        try await LockWait.wait(for: file, path)
      }
      // Whoever tidies up may have removed the file meanwhile: then nobody else would see this lock.
      if file.isStill(at: path) {
        self.file = file
        return
      }
    }
  }

  /// The right, where nobody has it; nil otherwise. Makes no file.
  init?(ifFree path: String) {
    guard let file = Descriptor(path, O_RDWR), flock(file.number, LOCK_EX | LOCK_NB) == 0, file.isStill(at: path) else {
      return nil
    }
    self.file = file
  }
}

extension Descriptor {
  fileprivate borrowing func isStill(at path: String) -> Bool {
    var own = stat()
    var other = stat()
    guard fstat(number, &own) == 0, stat(path, &other) == 0 else { return false }
    return own.st_ino == other.st_ino && own.st_dev == other.st_dev
  }
}

/// Waits for a lock beside the cooperative pool.
private final class LockWait: Sendable {
  private enum State {
    case isNew
    case isWaiting(CheckedContinuation<Int32, Never>)
    case isOver
  }

  private let state = Mutex(State.isNew)

  static func wait(for file: borrowing Descriptor, _ path: String) async throws(Failure) {
    // The lock is that of the open file, which both descriptors name.
    let twin = dup(file.number)
    guard twin >= 0 else { throw .file("lock", path, errno) }
    let wait = LockWait()
    let error = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard wait.begin(continuation) else {
          close(twin)
          return continuation.resume(returning: ECANCELED)
        }
        DispatchQueue(label: "download-lock").async {
          var error: Int32 = 0
          while flock(twin, LOCK_EX) != 0 {
            error = errno
            if error != EINTR { break }
          }
          // Nobody waits any more: the lock must not outlive this.
          if !wait.end(error) { flock(twin, LOCK_UN) }
          close(twin)
        }
      }
    } onCancel: {
      _ = wait.end(ECANCELED)
    }
    if error == ECANCELED { throw .downloadCanceled }
    guard error == 0 else { throw .file("lock", path, error) }
  }

  private func begin(_ continuation: CheckedContinuation<Int32, Never>) -> Bool {
    state.withLock { state in
      guard case .isNew = state else { return false }
      state = .isWaiting(continuation)
      return true
    }
  }

  /// - Returns: whether somebody was waiting.
  private func end(_ error: Int32) -> Bool {
    let continuation: CheckedContinuation<Int32, Never>? = state.withLock { state in
      defer { state = .isOver }
      guard case .isWaiting(let continuation) = state else { return nil }
      return continuation
    }
    continuation?.resume(returning: error)
    return continuation != nil
  }
}
