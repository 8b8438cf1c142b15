// SPDX-License-Identifier: Apache-2.0

internal import KernelMessages
internal import Patterns

/// What a kernel reports is found the same wherever the stream is cut.
enum KernelFuzz {
  static func run(_ bytes: UnsafeRawBufferPointer) {
    let cut = bytes.count > 1 ? Int(bytes[0]) * bytes.count / 256 : 0
    let whole = messages([Array(bytes)])
    precondition(messages([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cutting changed what was found")
  }

  /// nil where a search was given up.
  private static func messages(_ pieces: [[UInt8]]) -> [KernelMessage]? {
    do throws(PatternError) {
      var reader = try KernelMessageReader()
      var found: [KernelMessage] = []
      for piece in pieces { found += try reader.feed(piece) }
      let (last, unended) = try reader.finish()
      return found + last + [unended].compactMap(\.self)
    } catch {
      return nil
    }
  }
}
