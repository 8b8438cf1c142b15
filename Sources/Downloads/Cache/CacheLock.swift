// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Dispatch
internal import Files
internal import Glibc

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
        try await file.lock(path)
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

extension Descriptor {
  /// Waits for the lock beside the cooperative pool.
  fileprivate borrowing func lock(_ path: String) async throws(Failure) {
    let number = number
    let code: Int32
    do {
      code = try await AbandonableWait<Int32>().value { wait in
        // The lock is that of the open file, which both descriptors name.
        let twin = dup(number)
        guard twin >= 0 else {
          _ = wait.finish(.success(errno))
          return
        }
        DispatchQueue(label: "download-lock").async {
          var error: Int32 = 0
          while flock(twin, LOCK_EX) != 0 {
            error = errno
            if error != EINTR { break }
          }
          // The lock must not outlive who wanted it.
          if !wait.finish(.success(error)) { flock(twin, LOCK_UN) }
          close(twin)
        }
      }
    } catch {
      throw .downloadCanceled
    }
    guard code == 0 else { throw .file("lock", path, code) }
  }
}
