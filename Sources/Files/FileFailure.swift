// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Glibc

extension Failure {
  /// What the system refused to do with a file, in its own words, with what a person can do about it.
  ///
  /// - Parameters:
  ///   - action: what was tried, to stand behind "cannot": `read`, `write to`.
  ///   - path: the file, as the user or the caller named it.
  ///   - error: the `errno`.
  package static func file(_ action: String, _ path: String, _ error: Int32) -> Failure {
    let (code, advice) = explanation(of: error)
    return Failure(.infrastructure, code, "cannot \(action) '\(path)'", advice: advice, cause: systemWords(error))
  }

  /// The system's words for an `errno`.
  private static func systemWords(_ error: Int32) -> String { String(cString: strerror(error)) }

  private static func explanation(of error: Int32) -> (code: String, advice: String?) {
    switch error {
    case ENOENT: ("file-missing", "Check the path, and that every folder on it exists.")
    case EACCES, EPERM: ("file-permission", "Give this user access to it, or choose another place.")
    case ENOSPC, EDQUOT: ("disk-full", "Make room on that file system, or choose another place.")
    case EROFS: ("file-read-only", "That file system is mounted read-only; choose another place.")
    case EISDIR: ("file-is-folder", "Name a file, not a folder.")
    case ENOTDIR: ("file-not-folder", "A part of the path is a file where a folder is needed.")
    case EMFILE, ENFILE: ("too-many-files", "Raise the limit of open files (ulimit -n).")
    case ENAMETOOLONG: ("file-name-too-long", "Use a shorter path.")
    case ELOOP: ("file-link-loop", "Mend the symbolic links on that path.")
    case EIO: ("disk-error", "Look at the kernel's log (dmesg): the disk may be failing.")
    default: ("file-error", nil)
    }
  }
}
