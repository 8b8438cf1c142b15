// SPDX-License-Identifier: Apache-2.0

import TestDefinitions
import Testing
import YAMLDocument

@Suite struct ScriptTests {
  /// The vector of spec test-shell §5.6, which came out of LAVA.
  @Test func installScriptOfTheSpec() throws {
    let sample = Sample(
      """
      name: first
      path: a.yaml
      parameters: {P1: "job val", P2: null}
      repository:
        metadata: {name: x, format: Lava-Test Test Definition 1.0}
        params: {P1: default, Q: its}
        parameters: {R: 1}
        install: {deps: [], keys: [], steps: ["echo install-step", "pwd"]}
      """
    )
    #expect(
      try sample.files()["install.sh"] == """
        ###default parameters from test definition###
        P1='default'
        Q='its'
        R='1'
        ######
        ###test parameters from job submission###
        P1='job val'
        P2=''
        ######
        cd /lava-4242/0/tests/0_first
        pwd
        echo install-step
        pwd

        """
    )
  }

  @Test func runScriptToTheKernelLogWithDelay() throws {
    let sample = Sample(
      """
      name: slow
      path: a.yaml
      lava-signal: kmsg
      repository:
        metadata: {name: x, format: Lava-Test Test Definition 1.0}
        run: {steps: [null, "one\\ntwo", three]}
      """
    )
    // Spec test-shell §5.4, the two variants together.
    #expect(
      try sample.files(index: 3, characterDelay: .milliseconds(500))["run.sh"] == """
        ###default parameters from test definition###
        ######
        ###test parameters from job submission###
        ######
        set -e
        set -x
        export TESTRUN_ID=3_slow
        cd /lava-4242/0/tests/3_slow
        UUID="$(cat uuid)"
        set +x
        export CHARACTER_DELAY=0.5
        sleep 0.5
        # USE_KMSG
        export KMSG=true
        echo "<0><LAVA_SIGNAL_STARTRUN $TESTRUN_ID $UUID>" > /dev/kmsg
        set -x
        one
        two
        three
        set +x
        sleep 0.5
        unset KMSG
        echo "<0><LAVA_SIGNAL_ENDRUN $TESTRUN_ID $UUID>" > /dev/kmsg

        """
    )
  }

  /// Spec test-shell §5.4: only in steps with `--cmd` or `--shell`, and only where a word boundary follows.
  @Test(arguments: [
    (#"lava-test-case a --shell awk "{print $1}" $22"#, #"lava-test-case a --shell awk "{print \$1}" \$22"#),
    (#"x --cmd 'echo $1,$2;'"#, #"x --cmd 'echo \$1,\$2;'"#),
    (#"a --shell ${2} $3x $4_ $HOME $"#, #"a --shell ${2} $3x $4_ $HOME $"#),
    (#"a --shell \$1 $$1"#, #"a --shell \\$1 $\$1"#),
    (#"a --shell $1é $2€"#, #"a --shell $1é \$2€"#),
    (#"awk "{print $1}""#, #"awk "{print $1}""#),
  ])
  func positionalParametersOfInnerCommands(step: String, expected: String) throws {
    let text = """
      name: n
      path: a.yaml
      repository:
        metadata: {name: x, format: Lava-Test Test Definition 1.0}
        run:
          steps:
          - >-
            \(step)
      """
    let script = try #require(try Sample(text).files()["run.sh"])
    #expect(script.split(separator: "\n").dropLast(2).last.map(String.init) == expected)
  }

  static let install = """
      install:
        keys: [K1, K2]
        sources: ["ppa:a b"]
        deps: [one, two]
        deps-debian: [three]
        deps-fedora: [four]
        steps: [pwd]
    """

  @Test(
    arguments: [
      (
        "[]", "debian",
        [
          "lava-add-keys K1", "lava-add-keys K2", "lava-add-sources ppa:a b",
          "lava-install-packages one two three ", "cd /lava-4242/0/tests/0_n", "pwd", "pwd",
        ]
      ),
      ("[keys, deps]", "debian", ["lava-add-sources ppa:a b", "cd /lava-4242/0/tests/0_n", "pwd", "pwd"]),
      ("[sources, steps]", nil, ["lava-add-keys K1", "lava-add-keys K2", "lava-install-packages one two "]),
      ("[all]", "fedora", []),
    ] as [(String, String?, [String])]
  )
  func partsOfInstall(skip: String, distro: String?, expected: [String]) throws {
    let text = """
      name: n
      path: a.yaml
      skip_install: \(skip)
      repository:
        metadata: {name: x, format: Lava-Test Test Definition 1.0}
      \(Self.install)
      """
    let script = try #require(try Sample(text).files(distro: distro)["install.sh"])
    #expect(script.split(separator: "\n").dropFirst(4).map(String.init) == expected)
  }

  @Test func thereIsNoInstallScriptWithoutInstall() throws {
    let sample = Sample("{name: n, path: a.yaml, repository: {metadata: {name: x}}}")
    #expect(try sample.files()["install.sh"] == nil)
    let empty = Sample("{name: n, path: a.yaml, repository: {metadata: {name: x}, install: }}")
    #expect(try empty.files()["install.sh"]?.split(separator: "\n").count == 4)
  }

  @Test func theOtherFiles() throws {
    let sample = Sample(
      """
      name: n
      path: ./inline//deep/a.yaml
      repository:
        metadata: {name: x, format: Lava-Test Test Definition 1.0, os: [debian], devices: [d1, d2]}
        run: {steps: [pwd]}
      """
    )
    let files = try sample.files()
    #expect(
      files.keys.sorted() == ["inline/deep/a.yaml", "run.sh", "testdef.yaml", "testdef_metadata", "uuid"]
    )
    #expect(files["uuid"] == "4242_1.2.1")
    #expect(files["testdef.yaml"] == files["inline/deep/a.yaml"])
    // Block style of PyYAML, order of the text (spec test-shell §5.1, §5.2).
    #expect(
      files["testdef.yaml"] == """
        metadata:
          name: x
          format: Lava-Test Test Definition 1.0
          os:
          - debian
          devices:
          - d1
          - d2
        run:
          steps:
          - pwd

        """
    )
    #expect(
      files["testdef_metadata"] == """
        os:
        - debian
        devices:
        - d1
        - d2
        environment: ''
        branch_vcs: inline
        project_name: x

        """
    )
  }

  @Test func theJobsExpectedCasesWin() throws {
    let repository = "repository: {metadata: {name: x}, expected: [a, b]}"
    #expect(try Sample("{name: n, path: p, \(repository)}").definition().expected == ["a", "b"])
    #expect(try Sample("{name: n, path: p, expected: [c], \(repository)}").definition().expected == ["c"])
    #expect(try Sample("{name: n, path: p, expected: [], \(repository)}").definition().expected == [])
  }

  @Test func patternAndFixups() throws {
    let sample = Sample(
      """
      name: n
      path: p
      repository:
        metadata: {name: x}
        parse: {pattern: '(?P<test_case_id>\\S+) (?P<result>\\S+)', fixupdict: {PASS: pass, 0: fail}}
      """
    )
    let parse = try #require(try sample.definition().document.resultPattern)
    #expect(parse.pattern == #"(?P<test_case_id>\S+) (?P<result>\S+)"#)
    #expect(parse.fixups.map(\.text) == ["PASS", "0"])
    #expect(parse.fixups.map(\.result) == ["pass", "fail"])
  }
}
