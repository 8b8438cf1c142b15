// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// What runs on a board: every `lava-*` helper in one static multi-call binary. `Scripts/build-helpers` compiles the
// same sources as Embedded Swift on musl for each architecture; this manifest builds them as ordinary Swift on the
// host, so that the pure part can be tested: `swift test --package-path overlay/helpers`.

import PackageDescription

/// The settings of the host package (see its Package.swift), so that one rule holds in the whole repository.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "lava-helper",
  products: [.executable(name: "lava-helper", targets: ["LavaHelper"])],
  targets: [
    // The C library of the board: headers, and the macros that Swift does not import.
    .systemLibrary(name: "CBoard"),
    // What the helpers read and print, as bytes: no system call, no String.
    .target(name: "BoardText", swiftSettings: strict),
    // The helpers.
    .executableTarget(name: "LavaHelper", dependencies: ["BoardText", "CBoard"], swiftSettings: strict),
    .testTarget(name: "BoardTextTests", dependencies: ["BoardText"], swiftSettings: strict),
  ]
)
