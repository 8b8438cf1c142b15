// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import JobModel
import Testing
import YAMLDocument

/// The schemas against files, judged by an independent validator: python's jsonschema.
@Suite(.enabled(if: Validator.isPresent, "Debian's python3-jsonschema is not there"))
struct SchemaTests {
  @Test func theSchemasAreSchemas() throws {
    #expect(try Validator.invalidSchemas() == [])
  }

  /// The examples, the seeds of the language, and LAVA's sample jobs that its server takes.
  @Test func filesThatReadAreAllowed() throws {
    let jobs = try Checkout.files("Examples").map { Case("job", $0.name, try Case.value(of: $0.bytes)) }
    let seeds = try Checkout.files("Tests/DispatcherTests/Seeds").filter { !$0.name.hasPrefix("002") }.map {
      Case("job", $0.name, try Case.value(of: $0.bytes))
    }
    let strictJobs = jobs.map { Case("job-strict", $0.name, $0.value) }
    let devices = try (Checkout.files("Examples/devices") + Checkout.files("Examples/devices/bases")).map {
      Case("device", $0.name, try Case.value(of: $0.bytes))
    }
    let strictDevices = devices.map { Case("device-strict", $0.name, $0.value) }
    #expect(jobs.count >= 6 && seeds.count >= 40 && devices.count >= 6)
    let samples = Conformance.isPresent ? Conformance.verdicts : []
    let lax = try samples.filter { $0.lax == "ok" }.map { try sample($0.file, "job") }
    let strict = try samples.filter { $0.strict == "ok" }.map { try sample($0.file, "job-strict") }
    #expect(try Validator.refused(jobs + seeds + strictJobs + devices + strictDevices + lax + strict) == [])
  }

  private func sample(_ file: String, _ schema: String) throws -> Case {
    Case(schema, file, try Case.value(of: try #require(Conformance.read("jobs/\(file)"))))
  }

  /// What the readers accept is never refused, whatever stands in it.
  @Test func mutatedFilesThatReadAreAllowed() throws {
    var generator = SeededGenerator(state: 3)
    var cases: [Case] = []
    for _ in 0..<2500 {
      let isDevice = Int.random(in: 0..<3, using: &generator) == 0
      var text =
        isDevice ? goodDevice : MutationTests.jobs[Int.random(in: MutationTests.jobs.indices, using: &generator)]
      for _ in 0..<Int.random(in: 1...2, using: &generator) { text = MutationTests.mutated(text, &generator) }
      let isStrict = Bool.random(using: &generator)
      guard let reading = try? reading(text, isStrict: isStrict),
        isDevice ? Device(reading) != nil : Job(reading) != nil
      else { continue }
      let schema = (isDevice ? "device" : "job") + (isStrict ? "-strict" : "")
      cases.append(Case(schema, text, reading.document.root.value))
    }
    #expect(cases.count > 300)
    for name in try Validator.refused(cases) { Issue.record("refused: \(name)") }
  }

  private static let jobMistakes = [
    Mistake("job_name: base\n", ""),
    Mistake("job_name: base", "job_name: 5"),
    Mistake("job_name: base", "job_name: ''"),
    Mistake("{token: abc}", "{token: 5}"),
    Mistake("job: {minutes: 30}", "job: {minutes: ten}"),
    Mistake("job: {minutes: 30}", "job: {}"),
    Mistake("job: {minutes: 30}", "jobs: {minutes: 30}"),
    Mistake("timeout: {minutes: 10}", "timeout: ten minutes"),
    Mistake("to: tmpfs", "to: tmfs"),
    Mistake("to: tmpfs", "os: debian"),
    Mistake("url: rootfs.img", "compression: gz"),
    Mistake("url: rootfs.img", "url: rootfs.img\n        compression: rar"),
    Mistake("      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n", "      {}\n"),
    Mistake("method: qemu", "method: qemoo"),
    Mistake("    prompts: ['# ']\n", ""),
    Mistake("prompts: ['# ']", "prompts: []"),
    Mistake("      login_prompt: 'login:'\n", ""),
    Mistake("username: root", "username: root\n      password_prompt: 'Password:'"),
    Mistake("- boot:", "- bot:"),
    Mistake("from: inline", "from: tar"),
    Mistake("to: tmpfs", "to: tmpfs\n    protocols: {lava-multinode: [{action: a, request: lava-snyc, messageID: b}]}"),
    Mistake("to: tmpfs", "to: tmpfs\n    protocols: {lava-multinode: [{action: a, request: lava-sync}]}"),
    Mistake("to: tmpfs", "to: tmpfs\n    protocols: {lava-multinode: a}"),
    Mistake("from: inline", "form: inline"),
    Mistake("timeout: {minutes: 10}", "failure_retry: 0"),
  ]

  private static let deviceMistakes = [
    Mistake("hard_reset: reset-board", "hard_reset: 5"),
    Mistake("{connect: telnet localhost 7001, tags: [primary, telnet]}", "{tags: [primary, telnet]}"),
    Mistake("boot: 5", "boot: -1"),
    Mistake("boot: 5", "boot: 0.5"),
    Mistake("constants: {kernel-start-message: Linux}", "constants: Linux"),
    Mistake("{image: , overlay: }", "[image, overlay]"),
    Mistake("{power-off: {seconds: 10}}", "{power-off: {seconds: soon}}"),
    Mistake("architecture: amd64", "architecture: [amd64]"),
    Mistake("  deploy:\n    connections: {serial: }\n    methods: {image: , overlay: }\n", ""),
  ]

  /// Each is a mistake to the readers too.
  @Test func mistakesAreRefused() throws {
    let jobs = try Self.jobMistakes.map { ("job", try $0.text(from: goodJob)) }
    let devices = try Self.deviceMistakes.map { ("device", try $0.text(from: goodDevice)) }
    var cases: [Case] = []
    for (schema, text) in jobs + devices {
      let reading = try reading(text)
      #expect(schema == "job" ? Job(reading) == nil : Device(reading) == nil, "\(text)")
      cases.append(Case(schema, text, reading.document.root.value))
    }
    let refused = Set(try Validator.refused(cases))
    for item in cases where !refused.contains(item.name) { Issue.record("allowed: \(item.name)") }
  }

  /// Some keys take a word or something else.
  @Test func wordsBesideOtherValues() throws {
    let right = [
      "visibility: public", "visibility: {group: [a]}", "priority: high", "priority: 50",
      "protocols: {lava-xnbd: {port: auto}}", "protocols: {lava-xnbd: {port: 10809}}",
    ]
    let wrong = [
      "visibility: publik", "visibility: {group: a}", "priority: hihg", "priority: -1",
      "protocols: {lava-xnbd: {port: automatic}}", "protocols: {lava-xnbd: {port: 0}}",
    ]
    let cases = try (right + wrong).map { line in
      Case("job-strict", line, try reading(goodJob.replacing("device_type: qemu", with: line)).document.root.value)
    }
    #expect(try Validator.refused(cases) == wrong)
  }

  /// A key that nobody knows, and one of older versions of LAVA.
  @Test(arguments: ["pronpts: [a]", "type: bootz"]) func strictlyUnknownKeysAreRefused(entry: String) throws {
    let value: YAMLValue = try reading(
      """
      job_name: a
      timeouts: {job: {minutes: 5}}
      actions:
      - deploy: {to: overlay}
      - boot: {method: u-boot, commands: nfs, \(entry)}

      """
    ).document.root.value
    let cases = [Case("job", "lax", value), Case("job-strict", "strict", value)]
    #expect(try Validator.refused(cases) == ["strict"])
  }

  /// A file that extends a base needs nothing of its own, and can remove keys.
  @Test func aDeviceThatExtends() throws {
    let texts = [
      "extends: qemu\n", "extends: [a, b]\nactions: {boot: {methods: {u-boot: null}}}\n",
      "extends: a\ncommands: null\n", "hostname: a\n", "extends: 5\n", "extends: a\narchitecture: 5\n",
    ]
    let cases = try texts.map { Case("device", $0, try Case.value(of: Array($0.utf8))) }
    #expect(try Validator.refused(cases) == Array(texts.suffix(3)))
  }
}

/// Each made once.
enum Schemas {
  static let job = JSONSchema.job()
  static let strictJob = JSONSchema.job(isStrict: true)
  static let device = JSONSchema.device()
  static let strictDevice = JSONSchema.device(isStrict: true)
}

/// A value that a schema allows or refuses.
private struct Case {
  var schema: String
  var name: String
  var value: YAMLValue

  init(_ schema: String, _ name: String, _ value: YAMLValue) {
    self.schema = schema
    self.name = name
    self.value = value
  }

  static func value(of bytes: [UInt8]) throws -> YAMLValue {
    try YAMLDocument(parsing: bytes, file: "file").root.value
  }
}

/// Python's jsonschema.
private enum Validator {
  private static let schemas: YAMLValue = [
    "job": Schemas.job, "job-strict": Schemas.strictJob, "device": Schemas.device,
    "device-strict": Schemas.strictDevice,
  ]

  private static let program = "/usr/bin/python3"

  static let isPresent = HostTools.run([program, "-c", "import jsonschema"]).status == 0

  static func invalidSchemas() throws -> [String] {
    try run(
      """
      for name, schema in work["schemas"].items():
          try: V.check_schema(schema)
          except jsonschema.SchemaError: refused.append(name)
      """,
      []
    )
  }

  /// The names of the cases that their schemas refuse.
  static func refused(_ cases: [Case]) throws -> [String] {
    try run(
      """
      schemas = {name: V(schema) for name, schema in work["schemas"].items()}
      for name, schema, value in work["cases"]:
          if not schemas[schema].is_valid(value): refused.append(name)
      """,
      cases
    )
  }

  private static func run(_ script: String, _ cases: [Case]) throws -> [String] {
    let folder = TemporaryFolder()
    let work: YAMLValue = [
      "schemas": schemas,
      "cases": .sequence(cases.map { [.string($0.name), .string($0.schema), $0.value] }),
    ]
    let input = folder.write(JSONEmitter.compact(work), to: "work.json")
    let frame = """
      import json, sys, jsonschema
      from jsonschema import Draft202012Validator as V
      work, refused = json.load(open(sys.argv[1])), []
      \(script)
      json.dump(refused, sys.stdout)
      """
    let (status, output) = HostTools.run([program, "-c", frame, input])
    try #require(status == 0, "\(output)")
    let names = try YAMLDocument(parsing: Array(output.utf8), file: "refused").root.value
    return (names.sequence ?? []).compactMap(\.string)
  }
}

/// The folders of this checkout.
enum Checkout {
  /// The files of a folder that have an ending, in the order of their names.
  static func files(_ folder: String, ending: String = ".yaml") throws -> [(name: String, bytes: [UInt8])] {
    let names = HostTools.run(["ls", "\(SourceTree.root)/\(folder)"]).output.split(separator: "\n").map(String.init)
    return names.filter { $0.hasSuffix(ending) }.map { ($0, HostTools.bytes(of: "\(SourceTree.root)/\(folder)/\($0)")) }
  }
}
