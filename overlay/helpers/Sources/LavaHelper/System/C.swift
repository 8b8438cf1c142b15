// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// The bytes of a C string.
@inline(never)
func bytes(_ text: UnsafePointer<CChar>) -> Bytes {
  let count = Int(strlen(text))
  return text.withMemoryRebound(to: UInt8.self, capacity: count) {
    Bytes(UnsafeBufferPointer(start: $0, count: count))
  }
}

/// The arguments of the process, from `argv[0]` on.
func arguments(_ count: Int32, _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> [Bytes] {
  var arguments: [Bytes] = []
  for index in 0..<Int(count) {
    if let argument = vector[index] { arguments.append(bytes(argument)) }
  }
  return arguments
}

extension [UInt8] {
  /// Calls a function of C with the bytes as a C string. Bytes behind a NUL are not seen there.
  @inline(never)
  func withCString(_ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
    var terminated = self
    terminated.append(byte: 0)
    return terminated.withUnsafeBufferPointer { buffer in
      buffer.baseAddress!.withMemoryRebound(to: CChar.self, capacity: buffer.count) { body($0) }
    }
  }
}

extension StaticString {
  /// A literal is a C string already.
  var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}
