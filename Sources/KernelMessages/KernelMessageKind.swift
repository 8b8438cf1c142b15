// SPDX-License-Identifier: Apache-2.0

// KernelMessages: what a kernel says when something is wrong with it, found in what a board prints (spec signals §13).

/// What sort of trouble a kernel reports. The raw values are LAVA's words.
package enum KernelMessageKind: String, Sendable, Hashable, CaseIterable {
  case oops, bug, warning, fault, kasan, kcsan, kfence
  /// A cut-out message of none of the kinds.
  case unknown
  case invalidOpcode = "invalid opcode"
  case panic
  /// Not a kernel's word but a boot loader's: the board started anew.
  case reset = "DUT_has_reset"

  /// Whether the kernel is gone for good.
  package var isFatal: Bool { self == .panic || self == .reset }
}
