// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing
import YAMLDocument

/// The schemas against the text of the readers: every key that is named there is in one of them.
@Suite struct SchemaKeyTests {
  /// The first argument, or the list of them, of what `MappingReader` has for keys.
  private static func keys(in source: String) throws -> Set<String> {
    let names = [
      "accept", "acceptUnlisted", "drop", "correct", "entry", "node", "oldNode", "string", "filledString", "bool",
      "pattern",
      "int", "mapping", "freeMapping", "list", "strings", "oneOrMoreStrings", "choice",
    ]
    let call = try Regex(
      #"\.(?:"# + names.joined(separator: "|") + #")\(\s*(\[[^\]]*\]|(?:"[^"]*"(?:,\s*"[^"]*")*))"#,
      as: (Substring, Substring).self
    )
    let key = try Regex(#""([A-Za-z][A-Za-z0-9_-]*)""#, as: (Substring, Substring).self)
    return Set(source.matches(of: call).flatMap { $0.output.1.matches(of: key).map { String($0.output.1) } })
  }

  /// Every name under `properties`, at any depth.
  private static func properties(of schema: YAMLValue) -> Set<String> {
    switch schema {
    case .sequence(let items): items.reduce(into: []) { $0.formUnion(properties(of: $1)) }
    case .mapping(let pairs):
      pairs.reduce(into: []) { names, pair in
        names.formUnion(properties(of: pair.value))
        if pair.key == "properties" { names.formUnion((pair.value.mapping ?? []).compactMap(\.key.string)) }
      }
    default: []
    }
  }

  @Test func everyKeyOfTheReadersIsInASchema() throws {
    let folders = ["", "/Boot", "/Deploy", "/Device", "/Protocol", "/Test"].map { "Sources/JobModel\($0)" }
    let sources = try folders.flatMap { try Checkout.files($0, ending: "Reader.swift") }
    let keys = try sources.reduce(into: Set<String>()) {
      $0.formUnion(try Self.keys(in: String(decoding: $1.bytes, as: UTF8.self)))
    }
    #expect(
      keys.isSuperset(of: [
        "job_name", "boot_part", "nfs_url", "hard_reset", "shallow", "messageID", "target_group", "login_commands",
      ])
    )
    let known = Self.properties(of: Schemas.job).union(Self.properties(of: Schemas.device))
    #expect(keys.subtracting(known).sorted() == [])
  }

  /// LAVA's word for what is no longer there stands beside it.
  @Test func oldKeysAreDeprecated() throws {
    let target = try #require(Schemas.job["properties"]?["target"])
    #expect(target["deprecated"] == true)
    #expect(target["description"] == "Give the device's file with --device.")
    #expect(Schemas.strictJob["properties"]?["target"] == nil)
  }

  /// The same text each time.
  @Test func theOrderIsAlwaysTheSame() { #expect(JSONSchema.device() == Schemas.device) }
}
