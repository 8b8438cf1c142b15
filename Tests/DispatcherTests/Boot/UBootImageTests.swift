// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing

@testable import Dispatcher

/// U-Boot's header, beside that of U-Boot's own mkimage.
@Suite(.enabled(if: isInstalled("mkimage"), "needs u-boot-tools"))
struct UBootImageTests {
  let folder = TemporaryFolder()

  /// The same bytes but for the time and the name, which mkimage sets and boot loaders do not look at, and for the
  /// header's sum, which is over them.
  @Test(arguments: [("ramdisk", "arm64", 0), ("ramdisk", "arm", 0), ("kernel", "arm", 0x8000_8000)])
  func mkimageMakesTheSame(type: String, architecture: String, address: Int) throws {
    let content = folder.write(String(repeating: "0123456789abcde\n", count: 9_999), to: "content")
    let words = [
      "env", "SOURCE_DATE_EPOCH=0", "mkimage", "-A", architecture, "-O", "linux", "-T", type, "-C", "none", "-a",
      String(address, radix: 16), "-e", String(address, radix: 16), "-d", content, folder.file("theirs"),
    ]
    try #require(run(words).status == 0)
    let theirs = bytes(of: folder.file("theirs"))
    let image = try UBootImage(
      type == "kernel" ? .kernel : .ramdisk,
      architecture: architecture,
      address: UInt32(address)
    )
    try image.addHeader(to: content)
    let ours = bytes(of: content)
    #expect(ours.count == theirs.count)
    for range in [0..<4, 8..<32, 64..<ours.count] { #expect(ours[range] == theirs[range]) }
    // U-Boot's own reader checks both sums.
    #expect(run(["mkimage", "-l", content]).output.contains("Data Size:    159984 Bytes"))
    #expect(try UBootImage.removeHeader(of: content))
    #expect(bytes(of: content) == Array(theirs[64...]))
    #expect(try !UBootImage.removeHeader(of: content))
  }

  @Test func anUnknownProcessorIsTheDevicesError() {
    let failure = #expect(throws: Failure.self) { try UBootImage(.ramdisk, architecture: "z80") }
    #expect(failure?.kind == .configuration)
  }
}
