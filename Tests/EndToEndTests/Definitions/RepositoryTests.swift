// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Definitions that are not in the job: from git, from archives, from folders.
  @Suite struct RepositoryTests {
    private let folder = TemporaryFolder()

    /// Nobody's cache but this test's.
    private var environment: [String: String] { ["XDG_CACHE_HOME": folder.file("cache")] }

    /// A job on the namespace board.
    ///
    /// - Parameter definitions: each a flow mapping, YAML.
    private func job(_ definitions: [String], secrets: String = "{}") -> JobText {
      JobText(
        "repositories",
        keys: "secrets: \(secrets)",
        actions: [.deploy(), .boot(), .test(definitions.map(DefinitionText.init(flow:)))]
      )
    }

    private static func document(_ name: String, _ steps: String, more: String = "") -> String {
      "metadata: {name: \(name), format: Lava-Test Test Definition 1.0}\n\(more)\nrun: {steps: [\(steps)]}\n"
    }

    /// Two commits; the second says another version.
    private func tests() -> (repository: GitFixture, first: String, last: String) {
      let repository = GitFixture(in: folder, "tests")
      let version = Self.document(
        "version",
        #"'lava-test-case version --result pass --measurement "$(cat lib/version)" --units "$UNITS"', echo more >> own"#,
        more: "params: {UNITS: default}"
      )
      let first = repository.commit(["lib/version": "1\n", "version.yaml": version])
      let tool = Self.document(
        "tool",
        "lava-test-case tool --shell tool/tool, lava-test-case own --shell test ! -e own, "
          + "lava-test-case no-git --shell test ! -e .git",
        more:
          "install: {git-repos: [{url: TOOL, destination: tool}], steps: [test -x tool/tool]}\nparams: {TOOL: ../tool}"
      )
      let last = repository.commit(["lib/version": "2\n", "deep/tool.yaml": tool])
      let other = GitFixture(in: folder, "tool")
      other.commit(["tool": "#!/bin/sh\n"])
      other.git("update-index", "--chmod=+x", "tool")
      other.git("commit", "--quiet", "-m", "executable")
      return (repository, first, last)
    }

    @Test(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
    func definitionsFromGit() async throws {
      let (repository, first, last) = tests()
      let url = "file://\(repository.path)"
      let job = TrialJob(
        job([
          "{from: git, name: now, repository: '\(url)', path: version.yaml, parameters: {UNITS: \"it's\"}}",
          "{from: git, name: then, repository: '\(url)', path: version.yaml, revision: \(first)}",
          "{from: git, name: tool, repository: '\(url)', path: deep/tool.yaml, branch: main}",
        ])
      )
      let run = PumiceRun(job, environment: environment)
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)\(ending.outputText)")
      let files = try ResultFiles(run)
      let render = ["git-repo-action", "test-overlay", "test-install-overlay", "test-runscript-overlay"]
      let before = ["validate"] + (0..<3).flatMap { _ in render } + ExpectedResults.login
      #expect(
        files.rows == before.map { .lava($0) } + [
          .test("0_now", "version", "pass", measurement: 2, units: "it's"), .lava("0_now"),
          .test("1_then", "version", "pass", measurement: 1, units: "default"), .lava("1_then"),
          .test("2_tool", "tool", "pass"), .test("2_tool", "own", "pass"), .test("2_tool", "no-git", "pass"),
          .lava("2_tool"), .lava("power-off"), .lava("job"),
        ]
      )
      // Spec signals §9: the results of runs say where the definition came from.
      let runs = (files.document["results"]?.sequence ?? []).filter { $0["uuid"] != nil }
      let facts = runs.map { run in
        ["repository", "path", "revision", "commit_id"].map { run[$0]?.string ?? "" }.joined(separator: " ")
      }
      #expect(
        facts == [
          "\(url) version.yaml unspecified \(last)", "\(url) version.yaml \(first) \(first)",
          "\(url) deep/tool.yaml unspecified \(last)",
        ]
      )
      let cloned = (files.document["results"]?.sequence ?? []).first { $0["case"] == "git-repo-action" }
      #expect(
        cloned?["extra"] == ["commit": .string(last), "path": "version.yaml", "repository": .string(url)]
      )
      // What the console holds is in a replay too; which commit it was is not in the job.
      let replay = try await pumice("replay", run.file("console.log"), "--job", job.path, "--format", "json")
      #expect(replay.status == 0)
      let replayed = ResultRow.all(in: try ResultFiles.json(replay.output))
      #expect(replayed == Replayed.tests(in: files.document).map(ResultRow.init))
    }

    private func overlay(
      _ definitions: [String],
      path: String? = nil
    ) async throws -> (ending: HostProcess.Ending, tarball: String) {
      let output = folder.file("overlay.tar.gz")
      let job = TrialJob(job(definitions))
      let ending = try await pumice(
        "overlay",
        job.path,
        "--device",
        Checkout.device("namespace"),
        "--output",
        output,
        environment: path.map { environment.merging(["PATH": $0]) { $1 } } ?? environment
      )
      withExtendedLifetime(job.folder) {}
      return (ending, output)
    }

    @Test func archivesAndFolders() async throws {
      let server = await FileServer()
      let text = Self.document("x", "pwd")
      _ = run(["mkdir", "-p", folder.file("pack/top/tests/.git")])
      _ = folder.write(text, to: "pack/top/tests/x.yaml")
      _ = folder.write("secret", to: "pack/top/tests/.git/config")
      _ = run(["ln", "-s", "x.yaml", folder.file("pack/top/tests/link.yaml")])
      let archive = folder.file("tests.tar.xz")
      #expect(run(["tar", "-C", folder.file("pack"), "-cJf", archive, "top"]).status == 0)
      server.serve(bytes(of: archive), as: "tests.tar.xz")
      let (ending, tarball) = try await overlay([
        "{from: url, name: url, repository: '\(server.url("tests.tar.xz"))', path: tests/link.yaml, compression: xz, "
          + "strip-components: 1}",
        "{from: tar, name: tar, repository: '\(archive)', path: top/tests/x.yaml}",
        "{from: file, name: folder, repository: '\(folder.file("pack/top"))', path: tests/x.yaml}",
        "{from: file, name: packed, repository: 'file://\(archive)', path: top/tests/x.yaml}",
      ])
      #expect(ending.status == 0, "\(ending.errorText)")
      let listing = run(["sh", "-c", "tar -tzf \(tarball) | grep -v /bin/ | grep 'yaml\\|git'"]).output
      #expect(
        listing
          == [
            "0_url/testdef.yaml", "0_url/tests/link.yaml", "0_url/tests/x.yaml",
            "1_tar/testdef.yaml", "1_tar/top/tests/link.yaml", "1_tar/top/tests/x.yaml",
            "2_folder/testdef.yaml", "2_folder/tests/link.yaml", "2_folder/tests/x.yaml",
            "3_packed/testdef.yaml", "3_packed/top/tests/link.yaml", "3_packed/top/tests/x.yaml",
          ].map { "lava-1/0/tests/\($0)\n" }.joined()
      )
      let metadata = run(["tar", "-xOzf", tarball, "lava-1/0/tests/0_url/testdef_metadata"]).output
      #expect(metadata.contains("\nbranch_vcs: url\n"))
      #expect(run(["tar", "-xOzf", tarball, "lava-1/0/tests/2_folder/tests/x.yaml"]).output == text)
    }

    @Test func sameRepositorySameBytes() async throws {
      let (repository, _, _) = tests()
      let definitions = ["one", "two"].map {
        "{from: git, name: \($0), repository: '\(repository.path)', path: version.yaml, history: true}"
      }
      let first = try await overlay(definitions)
      #expect(first.ending.status == 0, "\(first.ending.errorText)")
      let before = bytes(of: first.tarball)
      let second = try await overlay(definitions)
      #expect(!before.isEmpty && before == bytes(of: second.tarball))
      #expect(run(["tar", "-tzf", second.tarball]).output.contains("lava-1/0/tests/0_one/.git/HEAD\n"))
    }

    /// What a person is told: where, what, and what was probably meant.
    @Test func whatIsWrongIsToldWithItsPlace() async throws {
      let (repository, _, _) = tests()
      repository.commit(["bad.yaml": Self.document("bad", "false, pwd")])
      _ = run(["tar", "-C", repository.path, "-P", "-cf", folder.file("hostile.tar"), "../tests/version.yaml"])
      let url = repository.path
      let lines = job(["HERE"]).text.split(separator: "\n", omittingEmptySubsequences: false)
      let place = "job.yaml:\(try #require(lines.firstIndex { $0.contains("HERE") }) + 1):"
      let cases: [(definition: String, status: Int32, words: [String])] = [
        (
          "{from: git, name: n, repository: '\(url)', path: deep/tol.yaml}", 4,
          [place, "Unable to open test definition 'deep/tol.yaml'", "Did you mean 'deep/tool.yaml'"]
        ),
        (
          "{from: git, name: n, repository: '\(url)', path: bad.yaml}", 4,
          ["\(url):bad.yaml:3:15: error: ", "step 1 of 'run' should be a shell command", "Put it in quotes"]
        ),
        (
          "{from: git, name: n, repository: '\(url)', path: version.yaml, branch: mian}", 4,
          ["has no branch, tag or commit 'mian'", "Did you mean 'main'?"]
        ),
        (
          "{from: git, name: n, repository: '\(folder.path)/nothing', path: x.yaml}", 3,
          ["Unable to fetch git repository '\(folder.path)/nothing'", "does not appear to be a git repository"]
        ),
        (
          "{from: git, name: n, repository: '--upload-pack=touch x', path: x.yaml}", 2,
          [place, "is not the address of a git repository"]
        ),
        (
          "{from: git, name: n, repository: 'ext::sh -c id', path: ../x.yaml}", 2,
          ["names a program that git would start", "leads out of the definition's folder"]
        ),
        (
          "{from: tar, name: n, repository: '\(folder.file("hostile.tar"))', path: x.yaml}", 4,
          ["'../tests/version.yaml' in the archive has '..' in its path"]
        ),
      ]
      for item in cases {
        let (ending, _) = try await overlay([item.definition])
        #expect(ending.status == item.status, "\(item.definition): \(ending.errorText)")
        for word in item.words { #expect(ending.errorText.contains(word), "\(word) in \(ending.errorText)") }
      }
    }

    @Test func whatBazaarNeedsIsSaid() async throws {
      _ = run(["mkdir", folder.file("bin")])
      let definition = "{from: bzr, name: n, repository: 'https://example.org/x', path: x.yaml}"
      let (ending, _) = try await overlay([definition], path: folder.file("bin"))
      #expect(ending.status == 3)
      #expect(ending.errorText.contains("the program 'brz' is not installed"))
      #expect(ending.errorText.contains("apt-get install brz"))
    }

    /// `validate` looks at nothing but the job.
    @Test func validatingFetchesNothing() async throws {
      let job = TrialJob(
        job(["{from: git, name: n, repository: '\(folder.path)/nothing', path: x.yaml, branch: main}"])
      )
      let ending = try await pumice("validate", job.path, environment: environment)
      withExtendedLifetime(job.folder) {}
      #expect(ending.status == 0, "\(ending.errorText)")
      #expect(ending.errorText == "")
      #expect(run(["test", "-e", folder.file("cache")]).status == 1)
    }

    @Test func aPasswordIsInNoFileAndOnNoCommandLine() async throws {
      // A git that notes how it was called, and knows no repository.
      _ = run(["mkdir", folder.file("bin")])
      _ = folder.write(
        "#!/bin/sh\necho \"$@\" >> \(folder.file("calls"))\nenv >> \(folder.file("environment"))\nexit 128\n",
        to: "bin/git"
      )
      _ = run(["chmod", "755", folder.file("bin/git")])
      let job = TrialJob(
        job(
          ["{from: git, name: n, repository: 'https://ann:$TOKEN@example.org/x', path: x.yaml}"],
          secrets: "{TOKEN: s3cr3t-word}"
        )
      )
      let output = TemporaryFolder()
      let path = folder.file("bin") + ":/usr/bin:/bin:/usr/sbin"
      let ending = try await pumice(
        "run",
        job.path,
        "--output",
        output.path,
        environment: environment.merging(["PATH": path]) { $1 }
      )
      withExtendedLifetime(job.folder) {}
      #expect(ending.status == 3)
      #expect(String(decoding: bytes(of: folder.file("calls")), as: UTF8.self).contains("init --quiet --bare"))
      #expect(run(["grep", "-r", "s3cr3t", folder.file("calls"), output.path]).status == 1)
      #expect(!(ending.errorText + ending.outputText).contains("s3cr3t"))
    }
  }
}
