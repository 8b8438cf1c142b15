// SPDX-License-Identifier: Apache-2.0

internal import CArchive
internal import Diagnostics

/// What libarchive says about the last call that went wrong, as a failure.
func libarchiveFailure(_ handle: OpaquePointer, _ action: String, _ name: String? = nil) -> Failure {
  let subject = name.map { "'\($0)' in the archive" } ?? "the archive"
  let cause = archive_error_string(handle).map { String(cString: $0) }
  return Failure(.infrastructure, "archive-\(action)", "cannot \(action) \(subject)", cause: cause)
}

let libarchiveOutOfMemory = Failure(
  .infrastructure,
  "out-of-memory",
  "there is not enough memory for an archive",
  advice: "Free some memory on this host and try again."
)
