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

/// The tests of one module in `Tests/<name>Tests`.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name)] + dependencies,
    swiftSettings: strict
  )
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]

// Floor 0: C, wrapped once by the leaf above it.
let floor0: [Target] = [
  .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
  .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
  .target(name: "CPosix"),
]

// Floor 1: leaves. They know nothing of jobs.
let floor1: [Target] = [
  module("Diagnostics"),
  module("Files", ["CPosix", "Diagnostics"]),
  module("YAMLDocument", ["CYAML", "Diagnostics"]),
  module("Archives", ["CArchive", "CPosix", "Diagnostics"]),
  module("Patterns", ["CPCRE2", "Diagnostics"]),
  module("Consoles", ["CPosix", "Diagnostics", "Patterns"]),
  module("Signals"),
  module("TFTP"),
]

// Floor 2: the domain. `Events` is its common ground; beside that, no module here knows another.
let floor2: [Target] = [
  module("Events", ["Diagnostics", "YAMLDocument"]),
  module("JobModel", ["Diagnostics", "YAMLDocument"]),
  module("TestDefinitions", ["Diagnostics", "YAMLDocument"]),
  module("Overlay", ["Archives", "Diagnostics", "Files", "YAMLDocument"]),
  module("Pipeline", ["Diagnostics", "Events", "YAMLDocument"]),
  module("Reports", ["Diagnostics", "Events", "Files", "YAMLDocument"]),
]

// Floor 3: the strategies.
let floor3: [Target] = [
  module(
    "Dispatcher",
    [
      "Archives", "Consoles", "Diagnostics", "Events", "Files", "JobModel", "Overlay", "Patterns", "Pipeline",
      "Signals", "TFTP", "TestDefinitions", "YAMLDocument",
    ] + nio
  )
]

// Floor 4: the command line.
let floor4: [Target] = [
  module(
    "PumiceCLI",
    [
      "CPosix", "Diagnostics", "Dispatcher", "Events", "Files", "JobModel", "Overlay", "Pipeline", "Reports",
      "Signals", "YAMLDocument", argumentParser,
    ]
  ),
  module(
    "LavaRun",
    [
      "CPosix", "Diagnostics", "Dispatcher", "Events", "Files", "JobModel", "Pipeline", "Reports", "YAMLDocument",
      argumentParser, httpClient, nio[0], nio[2],
    ]
  ),
  .executableTarget(name: "pumice", dependencies: ["PumiceCLI", argumentParser], swiftSettings: strict),
  .executableTarget(name: "lava-run", dependencies: ["LavaRun"], swiftSettings: strict),
  .executableTarget(name: "pumice-bench", dependencies: ["Signals"], path: "Benchmarks", swiftSettings: strict),
]

let testTargets: [Target] = [
  .target(name: "HostTools", path: "Tests/HostTools", swiftSettings: strict),
  tests(of: "Archives", ["Diagnostics", "HostTools"]),
  tests(of: "Consoles", ["CPosix", "Diagnostics", "Patterns"]),
  tests(of: "Diagnostics"),
  tests(of: "Overlay", ["Archives", "Diagnostics", "Files", "HostTools", "YAMLDocument"]),
  tests(of: "Pipeline", ["Diagnostics", "Events", "YAMLDocument"]),
  tests(
    of: "Dispatcher",
    [
      "Consoles", "Diagnostics", "Events", "Files", "HostTools", "JobModel", "Overlay", "Pipeline", "Signals",
      "YAMLDocument",
    ]
  ),
  .testTarget(
    name: "EndToEndTests",
    dependencies: ["Diagnostics", "HostTools", "YAMLDocument"],
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
  tests(of: "Patterns", ["Diagnostics"]),
  tests(of: "Signals"),
  tests(of: "TFTP"),
  tests(of: "TestDefinitions", ["Diagnostics", "YAMLDocument"]),
  tests(of: "YAMLDocument", ["Diagnostics"]),
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
  ],
  targets: floor0 + floor1 + floor2 + floor3 + floor4 + testTargets
)
