// SPDX-License-Identifier: Apache-2.0

// Embedded Swift has no CommandLine and no @main, so the entry point is C's there.
#if hasFeature(Embedded)
  @c(main)
  func main(_ count: Int32, _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    Helper.run(arguments(count, vector))
  }
#else
  import CBoard

  @main
  struct Entry {
    static func main() {
      exit(Helper.run(arguments(CommandLine.argc, CommandLine.unsafeArgv)))
    }
  }
#endif
