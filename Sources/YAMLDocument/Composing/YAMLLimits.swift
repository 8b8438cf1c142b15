// SPDX-License-Identifier: Apache-2.0

/// What a text may cost before it is refused. Jobs come from strangers; a few hundred bytes of aliases can ask
/// for gigabytes ("billion laughs").
package struct YAMLLimits: Sendable, Hashable {
  /// The size of the text in bytes.
  package var maximumBytes: Int
  /// How many nodes (scalars, sequences and mappings, keys included) the text itself may hold.
  package var maximumNodes: Int
  /// How many sequences and mappings may stand one inside another, aliases followed.
  package var maximumDepth: Int
  /// How many nodes all aliases together may stand for.
  package var maximumAliasExpansion: Int

  package init(
    maximumBytes: Int = 16 << 20,
    maximumNodes: Int = 500_000,
    maximumDepth: Int = 100,
    maximumAliasExpansion: Int = 100_000
  ) {
    self.maximumBytes = maximumBytes
    self.maximumNodes = maximumNodes
    self.maximumDepth = maximumDepth
    self.maximumAliasExpansion = maximumAliasExpansion
  }
}
