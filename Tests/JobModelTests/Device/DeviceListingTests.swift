// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing
import YAMLDocument

/// What `pumice device show` prints for people.
@Suite struct DeviceListingTests {
  /// Every key with its file and line, lined up; written by hand from the three texts.
  @Test func eachKeyWithItsOrigin() throws {
    let low = try document("constants:\n  posix: {shell: /bin/sh}\n  retry: 1\nlists: [a]\n", "bases/low.yaml")
    let high = try document("extends: low\nconstants: {retry: 2}\n", "bases/high.yaml")
    let device = try document(
      """
      extends: high
      hostname: board
      lists:
        - plain
        - {id: 1, on: [2]}
        - [x, [y]]
        - {}
      actions: {methods: {minimal: }, none: [], text: "two\\nlines"}

      """,
      "device.yaml"
    )
    let merged = try device.withBases { name, _ in .found(name == "low" ? low : high) }
    #expect(
      DeviceListing(merged).text == """
        constants:            # bases/high.yaml:2
          posix:              # bases/low.yaml:2
            shell: /bin/sh    # bases/low.yaml:2
          retry: 2            # bases/high.yaml:2
        lists:                # device.yaml:3
          - plain
          - id: 1
            true:
              - 2
          - - x
            - - y
          - {}
        hostname: board       # device.yaml:2
        actions:              # device.yaml:8
          methods:            # device.yaml:8
            minimal:          # device.yaml:8
          none: []            # device.yaml:8
          text: "two\\nlines"  # device.yaml:8

        """
    )
  }

  /// One that is too long for its comment to be lined up pushes only its own aside.
  @Test func longLines() throws {
    let long = String(repeating: "word ", count: 30) + "end"
    let listing = DeviceListing(try document("a: \(long)\nb: 1\n", "d.yaml"))
    let padding = String(repeating: " ", count: 52)
    #expect(listing.text == "a: \(long)  # d.yaml:1\nb: 1\(padding)  # d.yaml:2\n")
  }

  /// A file's name cannot end the comment that it stands in, nor move the cursor.
  @Test func namesOfFilesStayInTheirComment() throws {
    let listing = DeviceListing(try document("a: 1\n", "x\n: y\u{1B}[2J.yaml"))
    #expect(listing.text == "a: 1  # x\u{FFFD}: y\u{FFFD}[2J.yaml:1\n")
  }

  /// What is printed means what was read.
  @Test(arguments: [
    goodDevice, goodJob, "", "[]", "- 1\n- [a, {b: c}]\n", "x",
    "a: 'a # b'\nb: \"- c\"\n'1': yes\n? ''\n: ~\n'd: e': '5'\nf: |\n  two\n\n  lines\ng: ' h '\ni: \"\\u00e9\\u2028\"\n",
  ])
  func readsBack(_ text: String) throws {
    let read = try document(text, "d.yaml")
    #expect(try document(DeviceListing(read).text, "listing").root.value == read.root.value)
  }

  private func document(_ text: String, _ file: String) throws -> YAMLDocument {
    try YAMLDocument(parsing: Array(text.utf8), file: file)
  }
}
