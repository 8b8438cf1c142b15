// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

@Suite("bin/.lava-helpers")
struct HelperSettingsTests {
  private let settings = HelperSettings(
    b("shell\t/bin/sh\nrole\ta\\tb\\n\\\\c\\d\nstorage\tSATA\t/dev/x\nunknown\nstorage\tUMS\t/dev/y\ngroup\t1\tclient")
  )

  @Test("Fields are unescaped; a backslash before another byte is one")
  func unescaping() {
    #expect(settings.value("role") == b("a\tb\n\\c\\d"))
  }

  @Test("Entries that repeat keep their order; the last line needs no newline")
  func rows() {
    #expect(settings.rows("storage") == [[b("SATA"), b("/dev/x")], [b("UMS"), b("/dev/y")]])
    #expect(settings.rows("group") == [[b("1"), b("client")]])
  }

  @Test("What is missing is empty")
  func missing() {
    #expect(settings.value("target_ip").isEmpty)
    #expect(settings.value("unknown").isEmpty)
    #expect(HelperSettings([]).rows("storage").isEmpty)
  }

  @Test("Bytes that are not UTF-8 pass")
  func bytes() {
    #expect(HelperSettings(b("role\t") + [0xFF, 0xFE]).value("role") == [0xFF, 0xFE])
  }
}
