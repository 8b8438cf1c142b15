// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import TestDefinitions
import Testing
import YAMLDocument

@Suite struct FindingTests {
  @Test func allErrorsAtOnceWithTheirPlaces() throws {
    let sample = Sample(
      """
      name: a.b
      path: ../x.yaml
      skip_install: [keys, dep]
      lava-signal: kmesg
      parameters: [x]
      repository:
        metadata:
          format: Lava-Test Test Definition 1.0
        params: text
        install:
          deps: gcc
          git-repos: [http://example.org/x.git, 1, {branch: x}, {url: a/b, destination: ../b}, {url: c/x}]
        run:
          steps:
          - pwd
          - false
          - echo: x
        parse: {pattern: x, fixupdict: {a: pas}}
      """
    )
    #expect(
      try sample.findings() == [
        "1:7 error definition-name",
        "2:7 error path-escapes",
        "3:22 error skip-install",
        "4:14 error lava-signal",
        "5:13 error not-a-mapping",
        "7:3 error missing-metadata-name",
        "9:11 error not-a-mapping",
        "11:11 error not-a-list",
        "12:43 error git-repos-item",
        "12:46 error git-repos-url",
        "12:83 error git-repos-destination",
        "12:90 error git-repos-twice",
        "16:7 error step-not-text",
        "17:7 error step-not-text",
        "18:38 error unknown-result",
      ]
    )
  }

  @Test func aWrongStepIsNamedWithWhatToDo() throws {
    let sample = Sample("{name: n, path: p, repository: {metadata: {name: x}, run: {steps: [pwd, false]}}}")
    let list = #expect(throws: DiagnosticList.self) { try sample.definition() }
    let error = try #require(list?.items.first { $0.severity == .error })
    #expect(error.message == "step 2 of 'run' should be a shell command, this is the truth value false")
    #expect(error.advice == "Put it in quotes: 'false'.")
    #expect(error.length == 5)
  }

  @Test(arguments: [
    ("{path: p, repository: {metadata: {name: x}}}", "missing-name"),
    ("{name: n, repository: {metadata: {name: x}}}", "missing-path"),
    ("{name: n, path: p}", "missing-repository"),
    ("{name: n, path: p, repository: text}", "not-a-mapping"),
    ("{name: n, path: p, repository: {run: {steps: [pwd]}}}", "missing-metadata"),
    ("{name: lava, path: p, repository: {metadata: {name: x}}}", "reserved-name"),
    ("{name: 'a b', path: p, repository: {metadata: {name: x}}}", "definition-name"),
    ("{name: '', path: p, repository: {metadata: {name: x}}}", "definition-name"),
    ("{name: 1, path: p, repository: {metadata: {name: x}}}", "not-a-text"),
    ("{name: n, path: /etc/passwd, repository: {metadata: {name: x}}}", "path-escapes"),
    ("{name: n, path: a/../../b, repository: {metadata: {name: x}}}", "path-escapes"),
    ("{name: n, path: a/, repository: {metadata: {name: x}}}", "path-is-folder"),
    ("{name: n, path: ./run.sh, repository: {metadata: {name: x}}}", "reserved-path"),
    ("{name: n, path: uuid/x, repository: {metadata: {name: x}}}", "reserved-path"),
    ("{name: n, path: p, skip_install: all, repository: {metadata: {name: x}}}", "not-a-list"),
    ("{name: n, path: p, expected: all, repository: {metadata: {name: x}}}", "not-a-list"),
    ("{name: n, path: p, repository: {metadata: {name: [x]}}}", "not-a-text"),
    ("{name: n, path: p, repository: {metadata: {name: x}, run: {steps: pwd}}}", "not-a-list"),
    ("{name: n, path: p, repository: {metadata: {name: x}, run: [pwd]}}", "not-a-mapping"),
    ("{name: n, path: p, repository: {metadata: {name: x}, install: {deps: [1]}}}", "not-a-text"),
  ])
  func errors(text: String, code: String) throws {
    #expect(try Sample(text).findings().contains { $0.hasSuffix(" error \(code)") })
  }

  @Test(
    arguments: [
      ("{name: n, path: p, repository: {metadata: {name: x, format: F}}}", ["1:61 warning definition-format"]),
      ("{name: n, path: p, repository: {\(metadata), rnu: }}", ["1:93 warning unknown-key"]),
      ("{name: n, path: p, params: {a-b: 1}, repository: {\(metadata)}}", ["1:29 warning parameter-name"]),
      ("{name: größe_1-x, path: testdef.yaml, repository: {\(metadata)}}", []),
    ] as [(String, [String])]
  )
  func warnings(text: String, expected: [String]) throws {
    #expect(try Sample(text).findings() == expected)
  }
}

private let metadata = "metadata: {name: x, format: Lava-Test Test Definition 1.0}"
