// SPDX-License-Identifier: Apache-2.0

internal import CPosix
package import Diagnostics
import Glibc

/// Programs of the host.
package enum Programs {
  /// The file that this process runs, from `/proc/self/exe`.
  package static func ownPath() throws(Failure) -> String {
    let link = "/proc/self/exe"
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(link, &buffer, Int(PATH_MAX))
    guard count > 0 else { throw .file("read", link, errno) }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The file of a program: a name with a slash as it is, another as the shell finds it in `PATH`. Nil where there is
  /// none that this user may run.
  package static func find(_ name: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard cposix_find_program(name, nil, &buffer, buffer.count) == 0 else { return nil }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// The file of a program that is needed.
  ///
  /// - Parameter package: the Debian package that brings it, for the advice.
  package static func require(_ name: String, package: String? = nil) throws(Failure) -> String {
    if let path = find(name) { return path }
    throw Failure(
      .infrastructure,
      "program-missing",
      "the program '\(name)' is not installed",
      advice: package.map { "install it: apt-get install \($0)" } ?? "install it, or add its folder to PATH"
    )
  }
}
