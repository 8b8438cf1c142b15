// SPDX-License-Identifier: Apache-2.0

/// What the jobs of `Examples` must come to, written down from the job files.
enum ExpectedResults {
  /// `smoke`, the definition that `first`, `qemu-x86` and `qemu-arm64` share.
  static let smoke: [ResultRow] = [
    .test("0_smoke", "kernel", "pass"),
    .test("0_smoke", "bash", "pass"),
    .test("0_smoke", "is-root", "pass"),
    .test("0_smoke", "lines", "pass", measurement: 100, units: "lines"),
    .test("0_smoke", "write", "pass", set: "files"),
    .test("0_smoke", "read", "pass", set: "files"),
    .test("0_smoke", "remove", "pass", set: "files"),
    .test("0_smoke", "kvm", "skip"),
    .lava("0_smoke"),
  ]

  /// `qemu-x86-failing`: `never-reached` is not there, and what comes after the definition that died is.
  static let failing: [ResultRow] = [
    .test("0_mixed", "before", "pass"),
    .test("0_mixed", "missing-file", "fail"),
    .test("0_mixed", "after", "pass"),
    .lava("0_mixed"),
    .test("1_dies", "reached", "pass"),
    .test("2_survives", "still-here", "pass"),
    .lava("2_survives"),
    // That it did not end is known when the runner is done and the board's journal has been asked.
    .lava("1_dies", "fail"),
  ]

  static let initrd: [ResultRow] = [
    .test("0_delivery", "not-a-mount", "pass"), .test("0_delivery", "no-drive", "pass"), .lava("0_delivery"),
  ]

  static let http: [ResultRow] = [
    .test("0_delivery", "not-a-mount", "pass"), .test("0_delivery", "tarball", "pass"), .lava("0_delivery"),
  ]

  /// All results of a run: those of its tests among those of the actions around them, which spec results-and-log §2
  /// lists, in the order of the actions.
  ///
  /// - Parameter job: how the job ends.
  static func run(
    _ tests: [ResultRow],
    definitions: Int,
    deploy: [String],
    boot: [String],
    job: String = "pass"
  ) -> [ResultRow] {
    let render = ["test-overlay", "test-install-overlay", "test-runscript-overlay"]
    let before = ["validate"] + (0..<definitions).flatMap { _ in render } + deploy + boot
    return before.map { .lava($0) } + tests + [.lava("power-off"), .lava("job", job)]
  }

  /// Of a deploy to a second drive and a boot in QEMU.
  static func qemu(_ tests: [ResultRow], definitions: Int = 1, hasDrive: Bool = true, hasLogin: Bool = true)
    -> [ResultRow]
  {
    let drive = hasDrive ? ["apply-overlay-guest"] : []
    return run(
      tests,
      definitions: definitions,
      deploy: ["file-download", "file-download"] + drive,
      boot: ["execute-qemu"] + (hasLogin ? login : [])
    )
  }

  /// Of a board that runs already and is logged in to.
  static func board(_ tests: [ResultRow], definitions: Int = 1, job: String = "pass") -> [ResultRow] {
    run(tests, definitions: definitions, deploy: [], boot: login, job: job)
  }

  static let namespace = board(smoke)

  /// Of a login.
  static let login = ["kernel-messages", "login-action"]
}
