// SPDX-License-Identifier: Apache-2.0

// Fuzz targets for everything that reads what a board or a job's author wrote. libFuzzer brings the main function and
// calls `LLVMFuzzerTestOneInput` with inputs that reach new code; Scripts/fuzz builds and runs it, one target at a time.

internal import Glibc

/// What is fuzzed. A target traps when a property does not hold; libFuzzer keeps the input.
enum FuzzTarget: String, CaseIterable {
  case scanner, trailer, ktap, yaml, kernel

  /// The target that the environment names.
  static let chosen: FuzzTarget = {
    let name = getenv("PUMICE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      print("fuzz: PUMICE_FUZZ_TARGET should be one of: \(allCases.map(\.rawValue).joined(separator: ", "))")
      exit(64)
    }
    return target
  }()

  func run(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .scanner: ScannerFuzz.run(bytes)
    case .trailer: TrailerFuzz.run(bytes)
    case .ktap: TAPFuzz.run(bytes)
    case .yaml: YAMLFuzz.run(bytes)
    case .kernel: KernelFuzz.run(bytes)
    }
  }
}

/// One input. The name and the form are libFuzzer's.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzTarget.chosen.run(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}
