// SPDX-License-Identifier: Apache-2.0

/// Lines that the kernel prints between the bytes of programs.
package enum KernelLines {
  /// The bytes without them: what a program, or a shell, printed. A line at the end may be unfinished.
  package static func removed(from bytes: [UInt8]) -> [UInt8] { Residue(bytes, at: 0, .outerFirst).bytes }
}
