// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

@testable import LavaRun

@Suite struct FormTests {
  /// Every byte, and what Python's `urllib.parse` reads in it.
  @Test(.enabled(if: isInstalled("python3"), "there is no python3"))
  func pythonReadsIt() {
    let folder = TemporaryFolder()
    let text = "- {\"msg\": \"a+b &c=d%20 ~*-._'\\t é € 😀\"}\n- second"
    let form = HTTPLogServer.form(Array(text.utf8)[...], index: 17)
    let path = folder.write(String(decoding: form, as: UTF8.self), to: "form")
    let program = """
      import sys, urllib.parse
      form = urllib.parse.parse_qs(open(sys.argv[1]).read(), strict_parsing=True)
      assert list(form) == ["lines", "index"], form
      sys.stdout.buffer.write((form["lines"][0] + "|" + form["index"][0]).encode())
      """
    #expect(run(["python3", "-c", program, path]).output == text + "|17")
  }
}
