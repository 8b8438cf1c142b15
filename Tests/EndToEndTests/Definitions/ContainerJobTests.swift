// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// `docker` tests with a program in docker's place, which notes how it is called and runs the command in a session of
  /// its own on this host.
  @Suite struct ContainerJobTests {
    private struct Setup {
      let folder = TemporaryFolder()
      let job: TrialJob
      let device: String

      /// - Parameters:
      ///   - steps: YAML, the items of `steps`.
      ///   - container: more keys of `docker`, YAML flow.
      ///   - test: more keys of the test, YAML.
      init(steps: String, container: String = "", test: String = "timeout: {minutes: 2}") {
        let program = folder.write(Self.docker, to: "docker")
        #expect(HostTools.run(["chmod", "+x", program]).status == 0)
        device = folder.write(
          """
          extends: minimal
          hostname: host
          devicetype: host
          container_program: \(program)
          commands: {power_on: switch on 7, hard_reset: [switch off 7, switch on 7]}

          """,
          to: "device.yaml"
        )
        let docker = "docker: {image: 'registry.example:5000/debian:12', \(container)}"
        job = TrialJob(
          JobText(
            "contained",
            keys: "context: {lava_test_results_dir: \(folder.path)/lava-%s}",
            actions: [.test([.inline("inside", steps: steps)], "\(test)\n\(docker)")]
          )
        )
      }

      /// How it was called, a line each.
      var calls: [String] {
        String(decoding: bytes(of: folder.file("calls")), as: UTF8.self).split(separator: "\n").map(String.init)
      }

      private static let docker = #"""
        #!/bin/bash
        folder=${0%/*}
        printf '<%s>' "$@" >> "$folder/calls"
        echo >> "$folder/calls"
        case $1 in
          pull)
            [ ! -e "$folder/offline" ] || { echo 'cannot reach the registry'; exit 1; }
            echo "fetched $2"
            ;;
          rm) kill -KILL "$(cat "$folder/$3")" ;;
          run)
            shift
            variables=()
            while [[ $1 == --* ]]; do
              case $1 in
                --mount=*)
                  source=${1#*source=}
                  ln -s "${source%,destination=*}" "${1#*destination=}"
                  ;;
                --env=*) variables+=("${1#--env=}") ;;
                --name=*) echo $$ > "$folder/${1#--name=}" ;;
              esac
              shift
            done
            shift
            exec env -i PATH="$PATH" HOME="$folder" TERM=xterm "${variables[@]}" "$@"
            ;;
        esac

        """#
    }

    private static let rows = ExpectedResults.run(
      [
        .test("0_inside", "variables", "pass"), .test("0_inside", "fails", "fail"), .lava("0_inside"),
      ],
      definitions: 1,
      deploy: [],
      boot: []
    )

    @Test(arguments: [false, true]) func definitionsInAContainer(isLocal: Bool) async throws {
      let setup = Setup(
        steps: """
          - test "$LAVA_POWER_ON_COMMAND" = "switch on 7"
          - lava-test-case variables --shell test "$LAVA_HARD_RESET_COMMAND" = "switch off 7 && switch on 7"
          - lava-test-case fails --result fail
          """,
        container: isLocal ? "local: true" : ""
      )
      let run = PumiceRun(setup.job, device: setup.device, "--job-id", "77")
      let ending = try await run.ending()
      #expect(ending.status == 1, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.rows == Self.rows)
      let image = "registry.example:5000/debian:12"
      let name = "lava-docker-test-shell-77-1.3"
      let source = "\(run.file("tmp"))/docker-test-shell-1.3.1"
      let start =
        "<run><--rm><--interactive><--tty><--pull=never><--name=\(name)>"
        + "<--mount=type=bind,source=\(source),destination=\(setup.folder.path)/lava-77>"
        + "<--env=PS1=docker-test-shell:$ ><\(image)><bash><--norc><-i>"
      #expect(setup.calls == (isLocal ? [] : ["<pull><\(image)>"]) + [start, "<rm><--force><\(name)>"])
      #expect(run.fileNames.contains("tmp") == false)
      try await Replayed.check(run, files, job: setup.job.path, status: 1)
    }

    /// What hangs in a container goes with it.
    @Test func aTestThatHangs() async throws {
      let setup = Setup(steps: "- sleep 86399", test: "timeout: {seconds: 5}")
      let run = PumiceRun(setup.job, device: setup.device, "--job-id", "77")
      let ending = try await run.ending()
      #expect(ending.status == 1, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"]?.string?.hasPrefix("lava-docker-test-shell timed out after ") == true)
      #expect(files.rows.contains(.lava("0_inside", "fail")))
      #expect(setup.calls.last == "<rm><--force><lava-docker-test-shell-77-1.3>")
    }

    @Test func anImageThatCannotBeFetched() async throws {
      let setup = Setup(steps: "- 'true'")
      _ = setup.folder.write("", to: "offline")
      let run = PumiceRun(setup.job, device: setup.device)
      let ending = try await run.ending()
      #expect(ending.status == 3, "\(ending.errorText)")
      #expect(setup.calls == ["<pull><registry.example:5000/debian:12>"])
      #expect(ending.outputText.contains("could not be fetched"))
      #expect(ending.outputText.contains("cannot reach the registry"))
    }
  }
}
