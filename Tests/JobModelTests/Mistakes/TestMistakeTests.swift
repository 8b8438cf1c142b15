// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes in `test` actions. What stands inside an inline definition is told by TestDefinitions: together nothing is
/// said twice and nothing is missed.
@Suite struct TestMistakeTests {
  @Test(arguments: block + inline) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  private static let item = """
        - from: inline
          name: smoke
          path: smoke.yaml
          repository: {metadata: {name: smoke, format: Lava-Test Test Definition 1.0}}

    """

  private static let block = [
    Mistake(
      "definitions:",
      "definition:",
      "23:5 error unknown-key: unknown key 'definition' in the test action, which needs 'definitions' | meant definitions"
    ),
    Mistake(
      "    definitions:\n\(item)",
      "    definitions: []\n",
      "23:5 warning no-definitions: 'definitions' is empty: this test runs nothing"
    ),
    Mistake(
      "    definitions:\n\(item)",
      "    definitions:\n",
      "23:5 error missing-value: 'definitions' of the test action has no value | expected a list"
    ),
    Mistake(
      item,
      "    - smoke\n",
      "24:7 error wrong-type: the definition cannot be the text 'smoke' | expected a mapping of keys to values"
    ),
    Mistake(
      item,
      "      from: inline\n",
      "24:7 error wrong-type: 'definitions' cannot be a mapping | expected a list"
    ),
    Mistake(
      "timeout: {minutes: 10}",
      "docker: {local: true}",
      "22:5 error missing-key: 'docker' of the test action needs 'image' | expected the name of a container's image"
    ),
    Mistake(
      "timeout: {minutes: 10}",
      "docker: {image: '--privileged'}",
      "22:21 error image-name: '--privileged' is not the name of an image | expected the name of a container's image"
    ),
    Mistake(
      "timeout: {minutes: 10}",
      "docker: {image: 'a b', local: 'yes'}",
      "22:21 error image-name: 'a b' is not the name of an image | expected the name of a container's image",
      "22:35 error wrong-type: 'local' cannot be the text 'yes' | expected true or false"
    ),
    Mistake(
      "timeout: {minutes: 10}",
      "docker: {image: 'h:5000/a/b@sha256:00', wait: {device: true}}",
      "22:45 warning not-supported: 'wait' of a test's container has no effect yet"
    ),
    Mistake(
      "    definitions:\n\(item)",
      "    services: {a: {}}\n",
      "23:5 warning not-supported: 'services' tests are of LAVA and not supported by Pumice: 'plan' and 'run' refuse them"
    ),
    Mistake(
      item,
      item + item,
      "29:13 error duplicate-definition: the definition of line 25 is named 'smoke' too"
    ),
    Mistake(
      "timeout: {minutes: 10}",
      "name: smoke",
      "22:5 note old-key: 'name' of the test action is a key of older versions of LAVA"
    ),
    // In another block, but of the same namespace.
    Mistake(
      item,
      item + "- test:\n    definitions:\n" + item,
      "31:13 error duplicate-definition: the definition of line 25 is named 'smoke' too"
    ),
    Mistake(
      "from: inline",
      "from: git",
      "27:19 error wrong-type: 'repository' cannot be a mapping | expected a URL"
    ),
    Mistake(
      "from: inline",
      "from: bzr",
      "27:19 error wrong-type: 'repository' cannot be a mapping | expected a URL"
    ),
    Mistake(
      "from: inline",
      "from: gti",
      "24:13 error unknown-value: 'gti' is not a known value of 'from' in the definition"
        + " | expected one of: bzr, file, git, inline, tar, url | meant git"
    ),
    Mistake(
      item,
      "    - {from: git, name: a, branch: main, repository: https://example.org/a.git}\n",
      "24:7 error missing-key: the definition needs 'path' | expected a text"
    ),
    Mistake(
      item,
      "    - {from: git, name: a, path: a.yaml, repository: b, branch: 1.0, revision: -f, history: 'no', shallow: 1}\n",
      "24:65 error wrong-type: 'branch' cannot be the number '1.0' | expected a text",
      "24:80 error not-a-name: the name of a revision cannot begin with '-', as '-f' does",
      "24:93 error wrong-type: 'history' cannot be the text 'no' | expected true or false",
      "24:108 error wrong-type: 'shallow' cannot be the number '1' | expected true or false"
    ),
    Mistake(
      item,
      "    - {from: tar, name: a, path: a.yaml, repository: b, strip-components: -1, compression: gzip, headers: {A: 1}}\n",
      "24:75 error wrong-type: 'strip-components' cannot be the number '-1' | expected a whole number, at least 0",
      "24:92 error unknown-value: 'gzip' is not a known value of 'compression' in the definition"
        + " | expected one of: bz2, gz, xz, zip, zstd | meant gz",
      "24:111 error wrong-type: the header 'A' cannot be the number '1' | expected a text"
    ),
    Mistake(
      item,
      "    - {from: file, name: a, path: a.yaml, repository: b, branch: main}\n",
      "24:58 warning unknown-key: unknown key 'branch' in the definition: it has no effect"
    ),
    Mistake(
      item,
      "    - {from: git, name: a, path: a.yaml, repositry: https://example.org/a.git}\n",
      "24:42 error unknown-key: unknown key 'repositry' in the definition, which needs 'repository' | meant repository"
    ),
  ]

  private static let inline = [
    // A slip is one error, and what it stands for is checked all the same.
    Mistake(
      "from: inline",
      "form: inline",
      "24:7 error unknown-key: unknown key 'form' in the definition, which needs 'from' | meant from"
    ),
    Mistake(
      "      name: smoke\n",
      "      nme: smoke test\n",
      "25:7 error unknown-key: unknown key 'nme' in the definition, which needs 'name' | meant name",
      "25:12 error definition-name: the definition's name 'smoke test' has characters that a name cannot have"
        + " | expected letters, digits, '_' and '-' | meant smoke-test"
    ),
    Mistake(
      "repository: {metadata: {name: smoke,",
      "repositry: {metadata: {",
      "27:7 error unknown-key: unknown key 'repositry' in the definition, which needs 'repository' | meant repository",
      "27:19 error missing-metadata-name: the test definition has no 'metadata.name'"
    ),
    Mistake("      name: smoke\n", "", "24:7 error missing-name: the definition has no 'name'"),
    Mistake("      path: smoke.yaml\n", "", "24:7 error missing-path: the definition has no 'path'"),
    Mistake(
      "      repository: {metadata: {name: smoke, format: Lava-Test Test Definition 1.0}}\n",
      "",
      "24:7 error missing-repository: the inline definition has no 'repository'"
    ),
    Mistake(
      "path: smoke.yaml\n",
      "path: smoke.yaml\n      skip_instal: [deps]\n",
      "27:7 warning unknown-key: unknown key 'skip_instal' in the definition: it has no effect | meant skip_install"
    ),
    Mistake(
      "path: smoke.yaml\n",
      "path: ../smoke.yaml\n      params: [x]\n",
      "26:13 error path-escapes: the path '../smoke.yaml' leads out of the definition's folder"
        + " | expected a relative path without '..'",
      "27:15 error not-a-mapping: 'params' should be a mapping, this is a list"
    ),
    // For a container the definitions are checked too.
    Mistake(
      "    definitions:\n    - from: inline\n      name: smoke\n",
      "    docker: {image: debian}\n    definitions:\n    - from: inline\n      name: lava\n",
      "26:13 error reserved-name: the name 'lava' is reserved for the results of the job itself"
    ),
  ]
}
