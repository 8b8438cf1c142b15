// SPDX-License-Identifier: Apache-2.0

import Diagnostics
package import YAMLDocument

/// JSON Schemas (draft 2020-12) of what the readers read, for editors.
///
/// They are not written down anywhere: the readers are given documents, and what they ask for and accept is the schema.
/// It never refuses what they accept. What it does not know: what depends on more than two keys of a mapping or on
/// keys of other mappings, names of a device in a job, and what is wrong in the text of a value.
package enum JSONSchema {
  /// Of job files.
  ///
  /// - Parameter isStrict: unknown keys, and those of older versions of LAVA, are refused.
  package static func job(isStrict: Bool = false) -> YAMLValue {
    var builder = SchemaBuilder(
      probe: SchemaProbe { document in
        let reading = Reading(document, isStrict: isStrict)
        reading.inquiry = Inquiry()
        _ = Job(reading)
        return (reading.diagnostics, reading.inquiry ?? Inquiry())
      },
      isStrict: isStrict
    )
    let root = builder.root()
    return whole("job", "A LAVA job", isStrict: isStrict, root, definitions: builder.definitions)
  }

  /// Of device files, those that extend bases and those that are whole.
  ///
  /// - Parameter isStrict: unknown keys are refused.
  package static func device(isStrict: Bool = false) -> YAMLValue {
    var device = SchemaBuilder(
      probe: SchemaProbe { document in
        let reading = Reading(document, isStrict: isStrict)
        reading.inquiry = Inquiry()
        _ = Device(reading)
        return (reading.diagnostics, reading.inquiry ?? Inquiry())
      },
      isStrict: isStrict
    )
    var layer = SchemaBuilder(
      probe: SchemaProbe { document in
        do throws(DiagnosticList) {
          let reading = Reading(try document.laidOverTheLeast(), isStrict: isStrict)
          reading.inquiry = Inquiry()
          _ = Device(reading)
          return (reading.diagnostics, reading.inquiry ?? Inquiry())
        } catch {
          return (error, Inquiry())
        }
      },
      isStrict: isStrict,
      suffix: "-of-layer"
    )
    let extends: YAMLValue.Pair = .init("extends", "base")
    let whole = device.root()
    let own = layer.root(beside: [extends])
    let bases = layer.value(at: [.key("extends", beside: [])], named: "extends", choices: nil)
    return self.whole(
      "device",
      "A device",
      isStrict: isStrict,
      [
        "type": "object",
        "properties": ["extends": bases?.schema ?? true],
        "if": ["required": ["extends"]],
        "then": .mapping(own),
        "else": .mapping(whole),
      ],
      definitions: device.definitions + layer.definitions
    )
  }

  private static func whole(
    _ name: String,
    _ title: String,
    isStrict: Bool,
    _ root: YAMLValue,
    definitions: [YAMLValue.Pair]
  ) -> YAMLValue {
    var pairs: [YAMLValue.Pair] = [
      .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
      .init("$id", .string("https://pumice.invalid/schema/\(name)\(isStrict ? "-strict" : "")")),
      .init("title", .string(title)),
    ]
    pairs += (root.mapping ?? []).filter { $0.key != "title" }
    pairs.append(.init("$defs", .mapping(definitions)))
    return .mapping(pairs)
  }

  private static func whole(
    _ name: String,
    _ title: String,
    isStrict: Bool,
    _ root: [YAMLValue.Pair],
    definitions: [YAMLValue.Pair]
  ) -> YAMLValue {
    whole(name, title, isStrict: isStrict, .mapping(root), definitions: definitions)
  }
}

extension YAMLDocument {
  /// The document laid over a base that has no more than a device needs; one that extends nothing is made to.
  fileprivate func laidOverTheLeast() throws(DiagnosticList) -> YAMLDocument {
    let text = "actions: {deploy: {methods: {}}, boot: {methods: {}}}\n"
    let base = try YAMLDocument(parsing: Array(text.utf8), file: "base")
    return try withBases { _, _ in .found(base) }
  }
}
