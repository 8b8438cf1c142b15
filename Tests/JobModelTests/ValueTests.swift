// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing
import YAMLDocument

/// What correct files say, in values.
@Suite struct ValueTests {
  private static let text = """
    job_name: values
    device_type: qemu
    context: {arch: arm64, memory: 512}
    environment: {A: 1}
    metadata: {b: [c]}
    tags: [x, y]
    secrets: {TOKEN: abc, KEY: '12'}
    timeouts:
      job: {hours: 1}
      action: {minutes: 1.5}
      connection: {seconds: 20}
      actions: {power-off: {seconds: 5}}
      connections: {lava-test-shell: {minutes: 1, seconds: 5}}
    actions:
    - deploy:
        to: tmpfs
        os: debian
        timeout: {minutes: 2}
        failure_retry: 3
        failure_retry_interval: 7
        images:
          kernel: {url: k, image_arg: '-kernel {kernel}'}
          initrd: {url: 'file:///i.gz', compression: gz, format: cpio.newc, overlays: {lava: true}}
          seed: {url: s, format: ext4, overlays: {lava: false},
            sha256sum: E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855,
            headers: {X-Token: t, Accept: '*'}, use_cache: false}
    - boot:
        method: minimal
        reset: false
        pre_power_command: true
        pre_os_command: true
        failure_message: oops
        ignore_kernel_messages: true
        parameters: {kernel-start-message: ''}
        prompts: ['\\$ ', '# ']
        auto_login:
          login_prompt: 'login:'
          username: root
          password_prompt: 'Password:'
          password: ''
          login_commands: [sudo su, ls]
        transfer_overlay: {transfer_method: http, download_command: wget, unpack_command: tar xf}
    - test:
        timeout: {minutes: 10, skip: true}
        timeouts: {lava-test-shell: {seconds: 1}}
        repeat: 2
        definitions:
        - {from: inline, name: i, path: i.yaml, repository: {metadata: {name: i}}}
        - {from: git, name: g, path: g.yaml, repository: 'https://example.org/g.git'}
        - {from: git, name: r, path: r.yaml, repository: r, branch: b, revision: '12', recursive: true, history: false}
        - {from: git, name: d, path: d.yaml, repository: d, shallow: false}
        - {from: url, name: u, path: u.yaml, repository: 'https://example.org/u.tar'}
        - {from: tar, name: t, path: t.yaml, repository: t.tar.gz, compression: gz, strip-components: 1, headers: {A: b}}
        - {from: file, name: f, path: f.yaml, repository: tests}
        - {from: bzr, name: z, path: z.yaml, repository: 'lp:z', revision: '7'}

    """

  private static func job(_ text: String = text) throws -> Job { try #require(Job(reading(text))) }

  @Test func theTopOfAJob() throws {
    let job = try Self.job()
    #expect(job.file == "file.yaml")
    #expect(job.name == "values")
    #expect(job.deviceType == "qemu")
    #expect(job.context == ["arch": "arm64", "memory": 512])
    #expect(job.environment == ["A": 1])
    #expect(job.metadata == ["b": ["c"]])
    #expect(job.tags == ["x", "y"])
    #expect(job.secrets.map { "\($0.key)=\($0.value)" } == ["TOKEN=abc", "KEY=12"])
    #expect(job.timeouts.job?.duration == .seconds(3600))
    #expect(job.timeouts.action?.duration == .seconds(90))
    #expect(job.timeouts.connection?.duration == .seconds(20))
    #expect(job.timeouts.actions.mapValues(\.duration) == ["power-off": .seconds(5)])
    #expect(job.timeouts.connections.mapValues(\.duration) == ["lava-test-shell": .seconds(65)])
  }

  @Test func aDeploy() throws {
    let action = try Self.job().actions[0]
    #expect(action.common.namespace == "common")
    #expect(action.common.connectionNamespace == nil)
    #expect(action.common.timeout?.duration == .seconds(120))
    #expect(action.common.failureRetry == 3)
    #expect(action.common.failureRetryInterval == .seconds(7))
    #expect(action.common.repeatCount == nil)
    #expect(action.common.node.start.line == 14)
    guard case .deploy(let deploy) = action.body else {
      Issue.record("not a deploy")
      return
    }
    let images = deploy.files
    let sum = "sha256 E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
    #expect(deploy.target == .tmpfs)
    #expect(deploy.os == "debian")
    #expect(images.map(\.label) == ["kernel", "initrd", "seed"])
    #expect(images.map(\.url) == ["k", "file:///i.gz", "s"])
    #expect(images.map(\.imageArgument) == ["-kernel {kernel}", nil, nil])
    #expect(images.map(\.compression) == [nil, .gzip, nil])
    #expect(images.map(\.overlay) == [nil, .cpioNewc, nil])
    #expect(images[2].checksums.map { "\($0.algorithm) \($0.value)" } == [sum])
    #expect(images.map(\.usesCache) == [true, true, false])
    #expect(images[2].headers.map { "\($0.name): \($0.value)" } == ["X-Token: t", "Accept: *"])
  }

  @Test func aBoot() throws {
    guard case .boot(let boot) = try Self.job().actions[1].body else {
      Issue.record("not a boot")
      return
    }
    #expect(boot.method == .minimal)
    #expect(boot.prompts == [#"\$ "#, "# "])
    #expect(!boot.resets)
    #expect(boot.prePowerCommand)
    #expect(boot.preOsCommand)
    #expect(boot.kernelStartMessage == "")
    #expect(boot.failureMessage == "oops")
    #expect(boot.ignoresKernelMessages)
    #expect(boot.autoLogin?.loginPrompt == "login:")
    #expect(boot.autoLogin?.username == "root")
    #expect(boot.autoLogin?.passwordPrompt == "Password:")
    #expect(boot.autoLogin?.password == "")
    #expect(boot.autoLogin?.loginCommands == ["sudo su", "ls"])
    #expect(boot.transferOverlay?.downloadCommand == "wget")
    #expect(boot.transferOverlay?.unpackCommand == "tar xf")
  }

  @Test func aTest() throws {
    let action = try Self.job().actions[2]
    #expect(action.common.timeout?.duration == .seconds(600))
    #expect(action.common.timeout?.skips == true)
    #expect(action.common.timeouts.mapValues(\.duration) == ["lava-test-shell": .seconds(1)])
    #expect(action.common.repeatCount == 2)
    guard case .test(let block) = action.body else {
      Issue.record("not a test")
      return
    }
    #expect(block.definitions.map(\.name) == ["i", "g", "r", "d", "u", "t", "f", "z"])
    #expect(block.definitions.map(\.path) == ["i", "g", "r", "d", "u", "t", "f", "z"].map { "\($0).yaml" })
    #expect(block.definitions.map(\.source.kind) == ["inline", "git", "git", "git", "url", "tar", "file", "bzr"])
    #expect(block.definitions[0].node["repository"]?.value == ["metadata": ["name": "i"]])
  }

  /// Defaults as spec test-shell §5.1 has them.
  @Test func whereDefinitionsAre() throws {
    guard case .test(let block) = try Self.job().actions[2].body else {
      Issue.record("not a test")
      return
    }
    var git: [GitRepository] = []
    var archives: [DefinitionArchive] = []
    var others: [String] = []
    for item in block.definitions {
      switch item.source {
      case .inline: break
      case .git(let repository): git.append(repository)
      case .url(let archive), .tar(let archive): archives.append(archive)
      case .file(let path): others.append(path)
      case .bzr(let branch): others += [branch.url, branch.revision ?? ""]
      }
    }
    // A revision needs the history behind it.
    #expect(
      git == [
        GitRepository(url: "https://example.org/g.git"),
        GitRepository(
          url: "r",
          branch: "b",
          revision: "12",
          isRecursive: true,
          isShallow: false,
          keepsHistory: false
        ),
        GitRepository(url: "d", isShallow: false),
      ]
    )
    #expect(archives.map(\.url) == ["https://example.org/u.tar", "t.tar.gz"])
    #expect(archives.map(\.compression) == [nil, .gzip])
    #expect(archives.map(\.strippedComponents) == [0, 1])
    #expect(archives.map { $0.headers.map { "\($0.name): \($0.value)" } } == [[], ["A: b"]])
    #expect(others == ["tests", "lp:z", "7"])
  }

  @Test func whatIsLeftOutHasLavasDefaults() throws {
    let text = """
      job_name: least
      timeouts: {job: {seconds: 1}}
      actions:
      - boot: {method: minimal, namespace: a}
      - deploy: {to: overlay, namespace: a, os: }

      """
    let job = try Self.job(text)
    #expect(job.deviceType == nil)
    #expect(job.context == [:] && job.environment == [:] && job.metadata == [:])
    #expect(job.tags.isEmpty && job.secrets.isEmpty)
    #expect(job.timeouts.action == nil && job.timeouts.connection == nil)
    guard case .boot(let boot) = job.actions[0].body, case .deploy(let deploy) = job.actions[1].body else {
      Issue.record("not a boot and a deploy")
      return
    }
    #expect(job.actions.map(\.common.namespace) == ["a", "a"])
    #expect(boot.prompts.isEmpty && boot.resets && !boot.prePowerCommand && !boot.preOsCommand)
    #expect(boot.autoLogin == nil && boot.transferOverlay == nil && boot.kernelStartMessage == nil)
    #expect(deploy.os == nil)
  }

  @Test func zipIsUnpacked() throws {
    let text = Self.text.replacing("compression: gz", with: "compression: zip")
    guard case .deploy(let deploy) = try Self.job(text).actions[0].body else {
      Issue.record("not a deploy")
      return
    }
    #expect(deploy.files.map(\.compression) == [nil, .zip, nil])
  }

  @Test func aDevice() throws {
    let device = try #require(
      Device(
        reading(
          goodDevice + """
            available_architectures: [amd64, x86_64]
            device_info: [{board_id: '7'}]
            parameters: {a: b}
            environment: {E: 1}
            dispatcher_ip: 10.0.2.2

            """
        )
      )
    )
    #expect(device.hostname == "board")
    #expect(device.deviceType == "qemu")
    #expect(device.architecture == "amd64")
    #expect(device.availableArchitectures == ["amd64", "x86_64"])
    #expect(device.constant("kernel-start-message") == "Linux")
    #expect(device.constant("posix", "lava_test_sh_cmd") == nil)
    #expect(
      device.commands.connections == [
        DeviceConnection(name: "uart0", connect: "telnet localhost 7001", tags: ["primary", "telnet"])
      ]
    )
    #expect(device.commands.connect == "telnet localhost 7001")
    #expect(device.commands.hardReset == ["reset-board"])
    #expect(device.commands.powerOff == [])
    #expect(device.characterDelays.boot == .milliseconds(5))
    #expect(device.characterDelays.test == .milliseconds(10))
    #expect(device.timeouts.actions.mapValues(\.duration) == ["power-off": .seconds(10)])
    #expect(device.timeouts.connections.mapValues(\.duration) == ["lava-test-shell": .seconds(30)])
    #expect(device.deviceInfo == [["board_id": "7"]])
    #expect(device.staticInfo == .null)
    #expect(device.parameters == ["a": "b"])
    #expect(device.environment == ["E": 1])
    #expect(device.dispatcherIP == "10.0.2.2")
    #expect(device.deployMethod("image") == [:])
    #expect(device.deployMethod("tftp") == nil)
    #expect(device.bootMethod("qemu")?["parameters"]?["command"] == "qemu-system-x86_64")
  }

  @Test func commandsOfADevice() throws {
    let text = goodDevice.replacing(
      "hard_reset: reset-board\n",
      with: "hard_reset: reset-board\n  users: {a: {do: x, undo: [y, z]}, b: {do: [x]}}\n"
    )
    let commands = try #require(Device(reading(text))).commands
    #expect(
      commands.users == [
        UserCommands(name: "a", run: ["x"], undo: ["y", "z"]), UserCommands(name: "b", run: ["x"], undo: []),
      ]
    )
    #expect(commands.connections.map { "\($0.name) \($0.connect)" } == ["uart0 telnet localhost 7001"])
    #expect(
      try deviceFindings(text.replacing("b: {do: [x]}", with: "b: {od: x}")) == [
        "7:41 error unknown-key: unknown key 'od' in 'commands.users.b' of the device, which needs 'do' | meant do"
      ]
    )
  }

  /// LAVA prints names that are numbers.
  @Test func aDeviceWithANumberForAName() throws {
    let text = goodDevice.replacing("hostname: board\ndevicetype", with: "hostname: 12\ndevice_type")
    let device = try #require(Device(reading(text)))
    #expect(device.hostname == "12")
    #expect(device.deviceType == "qemu")
  }

  /// LAVA's dispatcher knows the key (spec jobs §4.1); what its server takes does not have it.
  @Test func theConnectionTimeoutOfABlock() throws {
    let text = goodJob.replacing("method: qemu", with: "method: qemu\n    connection_timeout: {seconds: 23}")
    let lax = try reading(text)
    let timeout = try #require(Job(lax)?.actions[1].common.connectionTimeout)
    #expect(timeout.duration == .seconds(23))
    #expect("\(timeout.place)" == "file.yaml:17:25")
    #expect(lax.findings == [])
    let strict = try reading(text, isStrict: true)
    _ = Job(strict)
    #expect(strict.findings.count == 1)
    #expect(
      strict.findings.first?.hasPrefix("17:5 error unknown-key: unknown key 'connection_timeout' in the boot action")
        == true
    )
  }

  /// The first connection that is tagged `primary`; the deprecated `connect` without one.
  @Test(
    arguments: [
      ("{connections: {a: {connect: x}, b: {connect: y, tags: [primary]}}, connect: z}", "y"),
      ("{connections: {a: {connect: x, tags: [telnet]}}, connect: z}", "z"),
      ("{connect: z}", "z"),
      ("{connections: {a: {connect: x}}}", nil),
    ] as [(String, String?)]
  )
  func theConsoleOfADevice(commands: String, connect: String?) throws {
    let text = """
      actions: {deploy: {methods: {}}, boot: {methods: {minimal: }}}
      commands: \(commands)

      """
    #expect(try Device(reading(text))?.commands.connect == connect)
  }
}
