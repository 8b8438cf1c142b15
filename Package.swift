// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// The host package: `pumice` and everything below it. What runs on a board is a package of its
// own, `overlay/helpers`. Modules are listed by floor (docs/Architecture.md): a module imports only
// floors below its own.

import PackageDescription

/// The settings every module of ours is built with: Swift 6 language mode, the upcoming features
/// that make imports and isolation explicit, and no warning left standing.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// One module of the host package in `Sources/<name>`.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one module in `Tests/<name>Tests`, in which `files` are no sources.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], files: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name)] + dependencies,
    exclude: files,
    swiftSettings: strict
  )
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]

// Floor 0: C, wrapped once by the leaf above it.
let floor0: [Target] = [
  .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
  .systemLibrary(name: "CSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
  .target(name: "CPosix"),
]

// Floor 1: leaves. They know nothing of jobs.
let floor1: [Target] = [
  module("Diagnostics"),
  module("Files", ["CPosix", "Diagnostics"]),
  module("YAMLDocument", ["CYAML", "Diagnostics"]),
  module("Archives", ["CArchive", "CPosix", "CZlib", "Diagnostics"]),
  module("Patterns", ["CPCRE2", "Diagnostics"]),
  module("ShellText"),
  module("Supervision", ["CPosix", "Diagnostics", "Files"]),
  module("Consoles", ["CPosix", "Diagnostics", "Patterns", "Supervision"]),
  module("KernelMessages", ["Patterns"]),
  module("SecureShell", ["CPosix", "CSSH", "Consoles", "Diagnostics", "Files", "ShellText"]),
  module("Signals"),
  module("TFTP"),
]

// Floor 2: the domain. `Events` is its common ground; beside that, no module here knows another.
let floor2: [Target] = [
  module("Events", ["Diagnostics", "YAMLDocument"]),
  module("JobModel", ["Diagnostics", "Patterns", "ShellText", "YAMLDocument"]),
  module("TestDefinitions", ["Diagnostics", "ShellText", "YAMLDocument"]),
  module("Multinode", ["Diagnostics", "YAMLDocument"]),
  module("Overlay", ["Archives", "Diagnostics", "Files", "ShellText", "YAMLDocument"]),
  module("Downloads", ["Archives", "Diagnostics", "Files", httpClient, nioTLS, crypto] + nio),
  module("Pipeline", ["Diagnostics", "Events", "YAMLDocument"]),
  module("Repositories", ["Archives", "Consoles", "Diagnostics", "Files"]),
  module("Reports", ["Diagnostics", "Events", "Files", "YAMLDocument"]),
]

// Floor 3: the strategies.
let floor3: [Target] = [
  module("CoordinatorService", ["Diagnostics", "Files", "Multinode", "Pipeline", "YAMLDocument"] + nio),
  module(
    "Dispatcher",
    [
      "Archives", "Consoles", "Diagnostics", "Downloads", "Events", "Files", "JobModel", "KernelMessages", "Multinode",
      "Overlay", "Patterns", "Pipeline", "Repositories", "SecureShell", "ShellText", "Signals", "Supervision", "TFTP",
      "TestDefinitions", "YAMLDocument",
    ] + nio
  ),
]

// Floor 4: the command line.
let floor4: [Target] = [
  module(
    "PumiceCLI",
    [
      "CPosix", "CoordinatorService", "Diagnostics", "Dispatcher", "Events", "Files", "JobModel", "Multinode",
      "Overlay", "Pipeline", "Reports", "Signals", "Supervision", "YAMLDocument", argumentParser,
    ]
  ),
  module(
    "LavaRun",
    [
      "CPosix", "Consoles", "CoordinatorService", "Diagnostics", "Dispatcher", "Events", "Files", "JobModel",
      "Multinode", "Pipeline", "Reports", "Supervision", "YAMLDocument", argumentParser, httpClient, nio[0], nio[2],
    ]
  ),
  .executableTarget(name: "pumice", dependencies: ["PumiceCLI", "Supervision", argumentParser], swiftSettings: strict),
  .executableTarget(name: "lava-run", dependencies: ["LavaRun", "Supervision"], swiftSettings: strict),
  .executableTarget(
    name: "pumice-bench",
    dependencies: ["CoordinatorService", "Diagnostics", "Dispatcher", "Multinode", "Signals", "YAMLDocument"],
    path: "Benchmarks",
    exclude: ["boot.py", "noise.py", "noisy-console.py", "tftp-uboot.py", "tftp.py"],
    swiftSettings: strict
  ),
]

let testTargets: [Target] = [
  .target(
    name: "HostTools",
    dependencies: ["CPosix"],
    path: "Tests/HostTools",
    exclude: ["console-server.py", "file-server.py", "nbd-client.py"],
    swiftSettings: strict
  ),
  tests(of: "Archives", ["Diagnostics", "HostTools"]),
  tests(of: "Consoles", ["CPosix", "Diagnostics", "HostTools", "Patterns"]),
  tests(
    of: "CoordinatorService",
    ["Diagnostics", "HostTools", "Multinode", "Pipeline", "YAMLDocument"] + nio,
    files: ["lava-client.py"]
  ),
  tests(of: "Diagnostics"),
  .testTarget(
    name: "DownloadsTests",
    dependencies: ["Downloads", "Archives", "Diagnostics", "Files", "HostTools"],
    swiftSettings: strict
  ),
  tests(of: "Overlay", ["Archives", "Diagnostics", "Files", "HostTools", "YAMLDocument"]),
  tests(of: "Pipeline", ["Diagnostics", "Events", "YAMLDocument"]),
  tests(
    of: "Dispatcher",
    [
      "Archives", "Consoles", "Diagnostics", "Downloads", "Events", "Files", "HostTools", "JobModel", "KernelMessages",
      "Multinode", "Overlay", "Patterns", "Pipeline", "SecureShell", "Signals", "YAMLDocument",
    ],
    files: ["Seeds", "noisy-board.py"]
  ),
  .testTarget(
    name: "EndToEndTests",
    dependencies: ["Diagnostics", "HostTools", "YAMLDocument"],
    exclude: ["Consoles/serial-line.py", "SSH/silent-relay.py"],
    swiftSettings: strict
  ),
  tests(of: "Events", ["YAMLDocument"]),
  .testTarget(
    name: "ReportsTests",
    dependencies: ["Reports", "Diagnostics", "Events", "Files", "YAMLDocument"],
    exclude: ["Fixtures"],
    swiftSettings: strict
  ),
  tests(of: "Files", ["Diagnostics"]),
  .testTarget(
    name: "LavaRunTests",
    dependencies: ["LavaRun", "Diagnostics", "HostTools", "JobModel", "Pipeline", "YAMLDocument", argumentParser],
    exclude: ["lava-server.py"],
    swiftSettings: strict
  ),
  tests(of: "JobModel", ["Diagnostics", "HostTools", "TestDefinitions", "YAMLDocument"]),
  tests(of: "KernelMessages", ["HostTools", "Patterns"]),
  tests(of: "Multinode", ["Diagnostics", "HostTools", "YAMLDocument"]),
  tests(of: "Patterns", ["Diagnostics", "HostTools"]),
  tests(of: "ShellText", ["HostTools"]),
  tests(of: "Repositories", ["Archives", "Diagnostics", "Files", "HostTools"]),
  tests(of: "SecureShell", ["Consoles", "Diagnostics", "HostTools", "Patterns"]),
  tests(of: "Signals", ["HostTools"]),
  tests(of: "Supervision", ["CPosix", "Diagnostics", "HostTools"]),
  tests(of: "TFTP", ["HostTools"]),
  tests(of: "TestDefinitions", ["Diagnostics", "YAMLDocument"]),
  tests(of: "YAMLDocument", ["Diagnostics", "HostTools"]),
]

/// What `Scripts/fuzz` builds: libFuzzer brings the main function, so an ordinary build cannot link it.
let fuzzTargets: [Target] =
  Context.environment["PUMICE_FUZZ"] == nil
  ? []
  : [
    .target(name: "BoardText", path: "overlay/helpers/Sources/BoardText", swiftSettings: strict),
    .executableTarget(
      name: "pumice-fuzz",
      dependencies: ["BoardText", "Diagnostics", "Events", "KernelMessages", "Patterns", "Signals", "YAMLDocument"],
      path: "Fuzzing",
      exclude: ["Corpus"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
    ),
  ]

let package = Package(
  name: "pumice",
  products: [
    .executable(name: "pumice", targets: ["pumice"]),
    .executable(name: "lava-run", targets: ["lava-run"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: floor0 + floor1 + floor2 + floor3 + floor4 + testTargets + fuzzTargets
)
