// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Boards whose root file system is on NFS.
  @Suite(
    .enabled(if: Checkout.obstacle(toLab: "uboot-arm64") == nil, "\(Checkout.obstacle(toLab: "uboot-arm64") ?? "")"),
    .enabled(if: FileKeeper.hasServer, "needs nfs-ganesha")
  )
  struct NFSTests {
    private let folder = TemporaryFolder()

    private static let board = "\(Checkout.root)/boards/uboot-arm64"
    private static let cases = ["kernel", "dispatcher", "root-on-nfs", "one-architecture", "owner"]
    private static let rows = cases.map { ResultRow.test("0_smoke", $0, "pass") } + [.lava("0_smoke")]

    /// The example with some of its lines replaced.
    private func job(_ changes: [(String, String)]) -> String {
      var text = String(decoding: bytes(of: Checkout.example("uboot-nfs")), as: UTF8.self)
        .replacing("../boards/uboot-arm64", with: Self.board)
      for (old, new) in changes {
        #expect(text.contains(old), "the example has no '\(old)'")
        text.replace(old, with: new)
      }
      return folder.write(text, to: "job.yaml")
    }

    private func check(_ run: PumiceRun) async throws {
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let rows = try ResultFiles(run).rows.filter { $0.suite != "lava" || $0.testCase == "0_smoke" }
      #expect(rows == Self.rows)
    }

    /// NFS version 3, by the job's own server.
    @Test func example() async throws {
      let run = PumiceRun(lab: "uboot-arm64", job: Checkout.example("uboot-nfs"))
      try await check(run)
      let log = run.text(of: "logs.yaml")
      #expect(log.contains("Helpers for arm64"), "the device does not say its architecture")
      #expect(log.contains("NFS server at 10.77.0.1: /1/common, for 10.77.0.10"))
      #expect(run.text(of: "console.log").contains("10.77.0.1:/1/common / nfs rw,relatime,vers=3"))
      #expect(!run.fileNames.contains("tmp"))
    }

    /// NFS version 4, from a server that the lab runs anyway; the overlay goes into its root.
    @Test func persistentRoot() async throws {
      let root = folder.file("persistent")
      #expect(
        HostTools.run(["sh", "-c", "mkdir '\(root)' && tar -xzf \(Self.board)/rootfs.tar.gz -C '\(root)'"]).status == 0
      )
      let job = job([
        ("commands: nfs", "commands: nfs4"),
        (
          "nfsrootfs:\n        url: \(Self.board)/rootfs.tar.gz\n        compression: gz\n",
          "persistent_nfs: {address: '10.77.0.1:\(root)'}\n"
        ),
        // A root that stays may be of anything.
        ("--shell test ! -e", "--shell test -e"),
      ])
      let run = PumiceRun(lab: "uboot-arm64", job: job, in: folder, beside: FileKeeper(of: root, in: folder).words)
      try await check(run)
      #expect(run.text(of: "console.log").contains("10.77.0.1:\(root) / nfs4 rw,relatime,vers=4.2"))
      // It stays, with what the test has left.
      #expect(HostTools.run(["stat", "-c", "%u:%g", "\(root)/root/mine"]).output == "1000:50\n")
      #expect(HostTools.run(["ls", "\(root)/lava-1/bin/lava-test-case"]).status == 0)
    }

    /// QEMU's own network: the host is 10.0.2.2 there.
    @Test func qemu() async throws {
      let script = """
        set -e
        mkdir modules && tar -xzf \(Self.board)/modules.tar.gz -C modules
        mkdir modules/usr && mv modules/lib modules/usr/lib
        cp \(Self.board)/initrd.cpio initrd
        (cd modules && find usr/lib/modules | cpio --quiet -o -H newc) >> initrd
        """
      let made = HostTools.run(["sh", "-c", script], in: folder.path)
      try #require(made.status == 0, "\(made.output)")
      let device = folder.write(
        """
        hostname: qemu-nfs
        device_type: qemu-nfs
        dispatcher_ip: 10.0.2.2
        available_architectures: [arm64]
        actions:
          deploy: {methods: {nfs: }}
          boot:
            methods:
              qemu-nfs:
                parameters:
                  command: qemu-system-aarch64
                  options:
                    - -M virt -cpu cortex-a57 -accel tcg -m 512 -nographic -nodefaults -serial stdio
                    - -netdev user,id=n0 -device virtio-net-device,netdev=n0
                  append:
                    console: ttyAMA0
                    nfsrootargs: nfsroot={NFS_SERVER_IP}:{NFSROOTFS},tcp,hard
                    ipargs: ip=dhcp

        """,
        to: "device.yaml"
      )
      let text = String(decoding: bytes(of: Checkout.example("uboot-nfs")), as: UTF8.self)
      let begin = try #require(text.firstRange(of: "  - deploy:")).lowerBound
      let end = try #require(text.firstRange(of: "  - test:")).lowerBound
      let blocks = """
          - deploy:
              to: nfs
              os: debian
              images:
                kernel: {url: \(Self.board)/vmlinuz, image_arg: '-kernel {kernel}'}
                initrd: {url: \(folder.path)/initrd, image_arg: '-initrd {initrd}'}
                nfsrootfs: {url: \(Self.board)/rootfs.tar.gz, compression: gz}
          - boot:
              method: qemu-nfs
              prompts: ['root@[a-z0-9-]+:[^#]*# ']
              auto_login: {login_prompt: 'login:', username: root}

        """
      let job = folder.write(
        (text[..<begin] + blocks + text[end...])
          .replacing("job_name", with: "context: {arch: arm64}\njob_name")
          .replacing("device_type: uboot-arm64", with: "device_type: qemu-nfs")
          .replacing("ping -c 1 10.77.0.1", with: "ping -c 1 10.0.2.2"),
        to: "job.yaml"
      )
      try await check(PumiceRun(lab: "uboot-arm64", job: job, in: folder, device: device))
    }

    // MARK: - Faults

    /// The job's own server, version 4, dies while the test runs: that is told at once, and not when the time is over.
    @Test func theServerEndsInTheMiddleOfATest() async throws {
      let job = job([
        ("commands: nfs", "commands: nfs4"),
        ("lava-test-case kernel --shell uname -a", "'echo is ''at'' it; sleep 600'"),
      ])
      let run = PumiceRun(lab: "uboot-arm64", job: job, in: folder, "--console")
      try await run.waitFor("is at it")
      let server = try run.pid { $0.contains("ganesha.nfsd") }
      kill(server, SIGKILL)
      let ending = try await run.ending()
      #expect(ending.status == 3, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Infrastructure")
      #expect("\(files.job["error_msg"] ?? "")".contains("NFS server"))
    }

    /// A root file system without a program to begin with: the kernel gives up.
    @Test func theKernelPanicsAtBoot() async throws {
      #expect(
        HostTools.run(["sh", "-c", "mkdir -p r/dev r/proc r/sys && tar czf r.tar.gz -C r ."], in: folder.path).status
          == 0
      )
      let run = PumiceRun(
        lab: "uboot-arm64",
        job: job([("\(Self.board)/rootfs.tar.gz", folder.file("r.tar.gz"))]),
        in: folder
      )
      let ending = try await run.ending()
      #expect(ending.status == 4, "\(ending.errorText)")
      #expect("\(try ResultFiles(run).job["error_msg"] ?? "")".contains("Kernel panic - not syncing"))
    }
  }

  /// Deploys that go wrong before a board is needed.
  @Suite struct RootFaultTests {
    private let folder = TemporaryFolder()

    private func run(_ nfsrootfs: String, in space: String? = nil) -> PumiceRun {
      let device = folder.write(
        "hostname: b\ndevice_type: b\nactions: {deploy: {methods: {nfs: }}, boot: {methods: {minimal: }}}\n",
        to: "device.yaml"
      )
      let deploy = ActionText("deploy", "to: nfs", "nfsrootfs: {url: '\(folder.path)/root.tar.gz', \(nfsrootfs)}")
      let job = TrialJob(JobText("fault", actions: [deploy]))
      _ = folder.write(space.map { "nfs_directory: \($0)\n" } ?? "", to: "config/pumice/pumice.yaml")
      return PumiceRun(job, device: device, environment: ["XDG_CONFIG_HOME": folder.file("config")])
    }

    private func archive(_ script: String) throws {
      let made = HostTools.run(
        ["sh", "-c", "mkdir -p config/pumice tree export && (\(script)) && tar czf root.tar.gz -C tree ."],
        in: folder.path
      )
      try #require(made.status == 0, "\(made.output)")
    }

    @Test func wrongChecksum() async throws {
      try archive("echo a > tree/a")
      let run = run("sha256sum: '\(String(repeating: "0", count: 64))'", in: folder.file("export"))
      let ending = try await run.ending()
      #expect(ending.status == 4, "\(ending.errorText)")
      #expect("\(try ResultFiles(run, hasConsole: false).job["error_msg"] ?? "")".contains("does not match"))
    }

    @Test func truncatedArchive() async throws {
      try archive("head -c 200000 /dev/urandom > tree/a")
      #expect(truncate(folder.file("root.tar.gz"), 100_000) == 0)
      let run = run("compression: gz", in: folder.file("export"))
      let ending = try await run.ending()
      #expect(ending.status == 3, "\(ending.errorText)")
      #expect(HostTools.run(["ls", folder.file("export")]).output.isEmpty)
    }

    /// The user's own namespaces do for a file system that is small.
    @Test(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
    func diskFull() async throws {
      try archive("head -c 4000000 /dev/zero > tree/a; mkdir -p export")
      let export = folder.file("export")
      let run = run("compression: gz", in: export)
      #expect(try await run.ending().status == 0, "there is room")
      let job = folder.write(String(decoding: bytes(of: run.jobPath), as: UTF8.self), to: "job.yaml")
      let space = "mount -t tmpfs -o size=1m tmpfs '\(export)' && exec \"$@\""
      let again = PumiceRun(
        before: ["/usr/bin/env", "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", space, "sh"],
        job: job,
        in: folder,
        device: folder.file("device.yaml"),
        environment: ["XDG_CONFIG_HOME": folder.file("config")]
      )
      let ending = try await again.ending()
      #expect(ending.status == 3, "\(ending.errorText)")
      #expect(ending.outputText.contains("No space left on device"))
    }

    @Test func aWrongConfigurationIsShown() async throws {
      try archive("true")
      let run = run("compression: gz", in: "{}")
      let ending = try await run.ending()
      #expect(ending.status == 3, "\(ending.errorText)")
      #expect(ending.errorText.contains("pumice.yaml:1:16: error: 'nfs_directory' cannot be a mapping"))
    }
  }
}

/// A server of NFS version 4 that runs beside a job.
struct FileKeeper {
  static let hasServer = run(["sh", "-c", "PATH=$PATH:/usr/sbin; command -v ganesha.nfsd"]).status == 0

  /// A program and its arguments, which starts the server and then becomes what follows.
  let words: [String]

  /// - Parameter root: the folder that is exported under its own path.
  init(of root: String, in folder: TemporaryFolder) {
    let configuration = folder.write(
      """
      NFS_CORE_PARAM { Protocols = 4; Bind_addr = 10.77.0.1; Enable_NLM = false; Enable_RQUOTA = false; }
      NFSv4 { Graceless = true; RecoveryRoot = "\(folder.path)"; Only_Numeric_Owners = true; }
      EXPORT {
        Export_Id = 1; Path = "\(root)"; Pseudo = "\(root)"; Protocols = 4; Access_Type = RW;
        Squash = No_Root_Squash; SecType = sys; FSAL { Name = VFS; }
      }

      """,
      to: "ganesha.conf"
    )
    // The board needs seconds until it mounts; its client waits for the server.
    let script = """
      PATH=$PATH:/usr/sbin
      ganesha.nfsd -F -f '\(configuration)' -L '\(folder.path)/ganesha.log' -p '\(folder.path)/ganesha.pid' > /dev/null 2>&1 &
      "$@"
      """
    words = ["sh", "-c", script, "sh"]
  }
}
