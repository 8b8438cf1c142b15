// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// `to: ssh` and `method: ssh` on a board of its own.
  @Suite(.enabled(if: SSHBoard.isPossible, SSHBoard.reason))
  struct SSHTests {
    /// What the deploy and the boot report.
    private static let boot = ["scp-deploy"]

    @Test(arguments: SSHServer.Kind.allCases) func theExample(_ kind: SSHServer.Kind) async throws {
      try #require(kind.isInstalled)
      let board = await SSHBoard(kind)
      let run = PumiceRun(example: "ssh", deviceFile: board.device())
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.run(ExpectedResults.smoke, definitions: 1, deploy: [], boot: Self.boot))
      #expect(run.text(of: "logs.yaml").contains("Connecting to root@127.0.0.1:\(board.server.port) by ssh"))
      try await Replayed.check(run, files, job: Checkout.example("ssh"), status: 0)
    }

    /// The tarball has the name that LAVA's first documents give it, and holds the helpers of this machine only.
    @Test func whatArrives() async throws {
      let board = await SSHBoard()
      let job = SSHBoard.job(
        "arrives",
        steps: """
          - lava-test-case tarball --shell tar -tzf /1-overlay-1.1.4.tar.gz lava-1/0/tests/0_arrives/run.sh
          - lava-test-case one-machine --shell 'test ! -e /lava-1/bin/.helpers'
          - lava-test-case terminal --shell test -t 0
          - lava-test-case keys --shell 'test "$(wc -l < /root/.ssh/authorized_keys)" -eq 1'
          """
      )
      let run = PumiceRun(job, device: board.device())
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let names = ["tarball", "one-machine", "terminal", "keys"]
      let rows: [ResultRow] = names.map { .test("0_arrives", $0, "pass") } + [.lava("0_arrives")]
      #expect(try ResultFiles(run).rows == ExpectedResults.run(rows, definitions: 1, deploy: [], boot: Self.boot))
      #expect(run.text(of: "logs.yaml").contains(" by scp"))
    }

    /// Three jobs at once on one board: none sees anything of the others.
    @Test func threeAtOnce() async throws {
      let board = await SSHBoard()
      let device = board.device()
      let steps = """
        - lava-test-case own --shell 'grep -q "LAVA_JOB_ID=$LAVA_JOB_ID" "/lava-$LAVA_JOB_ID/environment"'
        - touch "/root/here-$LAVA_JOB_ID"
        - for i in $(seq 600); do [ "$(ls -d /root/here-* | wc -l)" -eq 3 ] && break; sleep 0.1; done
        - lava-test-case together --shell 'test "$(ls -d /lava-?? /??-overlay-1.1.4.tar.gz | wc -l)" -eq 6'
        - lava-test-case number --result pass --measurement "$LAVA_JOB_ID"
        """
      let runs = (11...13).map { id in
        (id, PumiceRun(SSHBoard.job("three", steps: steps), device: device, "--job-id", "\(id)"))
      }
      for (id, run) in runs {
        let ending = try await run.ending()
        #expect(ending.status == 0, "\(ending.errorText)")
        let rows: [ResultRow] = [
          .test("0_three", "own", "pass"), .test("0_three", "together", "pass"),
          .test("0_three", "number", "pass", measurement: Double(id)), .lava("0_three"),
        ]
        #expect(try ResultFiles(run).rows == ExpectedResults.run(rows, definitions: 1, deploy: [], boot: Self.boot))
      }
    }

    private static let onePass = "- lava-test-case one --result pass"

    /// Runs a job on a board that will not do it.
    ///
    /// - Returns: its error's class and words.
    private func refusal(
      _ board: SSHBoard,
      device: String,
      boot: String = "",
      status: Int32 = 3
    ) async throws -> (type: String, words: String) {
      let run = PumiceRun(SSHBoard.job("refused", steps: Self.onePass, boot: boot), device: device)
      let ending = try await run.ending()
      #expect(ending.status == status, "\(ending.errorText)")
      let job = try ResultFiles(run, hasConsole: false).job
      return (job["error_type"]?.string ?? "", job["error_msg"]?.string ?? "")
    }

    @Test func aWrongKey() async throws {
      let board = await SSHBoard()
      let stranger = await SSHServer(.openSSH)
      let found = try await refusal(board, device: board.device(identity: stranger.identity), boot: "failure_retry: 2")
      #expect(found.type == "Infrastructure")
      #expect(
        found.words
          == "root@127.0.0.1:\(board.server.port) refused the login by the key \(stranger.identity)"
      )
    }

    @Test func aHostKeyThatHasChanged() async throws {
      let board = await SSHBoard()
      let stranger = await SSHServer(.openSSH)
      let found = try await refusal(board, device: board.device(hostKey: stranger.hostKey))
      #expect(found.type == "Configuration")
      #expect(found.words.hasPrefix("the host key of root@127.0.0.1:\(board.server.port) is not the one that is known"))
    }

    @Test func aHostThatNobodyKnows() async throws {
      let board = await SSHBoard()
      let known = board.folder.write("", to: "known_hosts")
      let options = "options: [-o, UserKnownHostsFile=\(known)]"
      let device = board.folder.write(
        String(decoding: bytes(of: board.device(more: options)), as: UTF8.self)
          .replacing("host_key: \(board.server.hostKey)", with: ""),
        to: "unknown.yaml"
      )
      let found = try await refusal(board, device: device)
      #expect(found.type == "Configuration")
      #expect(
        found.words.hasPrefix("the host key of root@127.0.0.1:\(board.server.port) is not known: ssh-ed25519 SHA256:")
      )
    }

    @Test func aServerThatIsNotThere() async throws {
      let board = await SSHBoard()
      let device = board.device()
      await board.server.stop()
      let found = try await refusal(board, device: device)
      #expect(found.type == "Infrastructure")
      #expect(found.words == "cannot reach root@127.0.0.1:\(board.server.port)")
    }

    /// The board has a megabyte, and something that has taken all of it.
    @Test(arguments: SSHServer.Kind.allCases) func aFullDisk(_ kind: SSHServer.Kind) async throws {
      try #require(kind.isInstalled)
      let board = await SSHBoard(
        kind,
        prepare: "mount -o remount,size=1m /\n(cat /dev/zero > /full) 2> /dev/null || true"
      )
      let found = try await refusal(board, device: board.device())
      #expect(found.type == "Infrastructure")
      #expect(found.words.hasPrefix("cannot copy '"))
      #expect(found.words.hasSuffix("' to root@127.0.0.1:\(board.server.port):/1-overlay-1.1.4.tar.gz"))
    }

    /// A board without `scp` and without an SFTP server gets the overlay all the same.
    @Test(arguments: SSHServer.Kind.allCases) func aBoardWithoutPrograms(_ kind: SSHServer.Kind) async throws {
      try #require(kind.isInstalled)
      let hide = "for f in /usr/bin/scp /usr/lib/openssh/sftp-server; do [ ! -e $f ] || mount --bind /dev/null $f; done"
      let board = await SSHBoard(kind, prepare: hide, hasSFTP: false)
      let run = PumiceRun(SSHBoard.job("bare", steps: Self.onePass), device: board.device())
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      #expect(run.text(of: "logs.yaml").contains(" by cat"))
    }

    /// The first `scp` says that all is well, takes a part of the file, and kills the session that
    /// it runs in.
    private static let deadlyCopy = """
      cp /usr/bin/scp /root/real-scp
      printf '%s\\n' '#!/bin/sh' '[ ! -e /root/died ] || exec /root/real-scp "$@"' \
        'touch /root/died; printf "\\0\\0"; head -c 1000 > /dev/null; kill -9 $PPID; sleep 5' > /root/scp
      chmod 755 /root/scp /root/real-scp
      mount --bind /root/scp /usr/bin/scp
      """

    @Test func aConnectionThatDiesWhileItCopies() async throws {
      let board = await SSHBoard(prepare: Self.deadlyCopy)
      let found = try await refusal(board, device: board.device())
      #expect(found.type == "Infrastructure")
      #expect(found.words == "the ssh connection to root@127.0.0.1:\(board.server.port) broke")
    }

    @Test func theSameAgain() async throws {
      let board = await SSHBoard(prepare: Self.deadlyCopy)
      let job = SSHBoard.job("again", steps: Self.onePass, boot: "failure_retry: 2")
      let run = PumiceRun(job, device: board.device())
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let log = run.text(of: "logs.yaml")
      #expect(log.contains("the ssh connection to root@127.0.0.1:\(board.server.port) broke"))
    }

    /// The steps look for the server's process above their shell and kill it, the first time.
    private static let deadlyTest = """
      - test ! -e /root/died || lava-test-case second --result pass
      - |
        if [ ! -e /root/died ]; then
          lava-test-case first --result pass
          touch /root/died
          pid=$$
          while [ "$(cat /proc/$pid/comm)" != sshd ]; do pid=$(awk '/^PPid/ {print $2}' /proc/$pid/status); done
          kill -9 $pid
          sleep 60
        fi
      """

    @Test func aConnectionThatDiesInATest() async throws {
      let board = await SSHBoard()
      let run = PumiceRun(SSHBoard.job("dies", steps: Self.deadlyTest), device: board.device())
      let ending = try await run.ending(limit: 60)
      #expect(ending.status == 3, "\(ending.errorText)")
      let job = try ResultFiles(run).job
      #expect(job["error_type"] == "Infrastructure")
    }

    @Test func aTestThatIsTriedAgain() async throws {
      let board = await SSHBoard()
      let run = PumiceRun(
        SSHBoard.job("dies", steps: Self.deadlyTest, test: "failure_retry: 2"),
        device: board.device()
      )
      let ending = try await run.ending(limit: 60)
      #expect(ending.status == 0, "\(ending.errorText)")
      let log = run.text(of: "logs.yaml")
      #expect(log.contains("connecting again, by ssh root@127.0.0.1:\(board.server.port)"))
      #expect(try ResultFiles(run).rows.contains(.test("0_dies", "second", "pass")))
    }

    /// A board of old, which knows passwords only.
    @Test(.enabled(if: isInstalled("openssl"), "there is no openssl")) func aPassword() async throws {
      let hash = HostTools.run(["openssl", "passwd", "-6", "a secret"]).output.prefix { $0 != "\n" }
      let board = await SSHBoard(
        prepare: """
          sed '/^root:/d' /etc/shadow > /root/shadow
          echo 'root:\(hash):19000:0:99999:7:::' >> /root/shadow
          mount --bind /root/shadow /etc/shadow
          """
      )
      let file = board.folder.write("a secret\n", to: "password")
      let stranger = await SSHServer(.openSSH)
      let device = board.device(identity: stranger.identity, more: "options: []\n        password_file: \(file)")
      let run = PumiceRun(SSHBoard.job("secret", steps: Self.onePass), device: device)
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      for name in ["logs.yaml", "events.jsonl", "console.log"] { #expect(!run.text(of: name).contains("a secret")) }
      // A wrong one.
      _ = board.folder.write("another\n", to: "password")
      let found = try await refusal(board, device: device)
      #expect(found.words.hasSuffix(" and by the password of \(file)"))
    }
  }
}
