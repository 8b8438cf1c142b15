// SPDX-License-Identifier: Apache-2.0

import Consoles
import Testing

/// Echoes as they really come. Those of shells were recorded on terminals 80 characters wide, behind the prompt
/// `root@board:~# `: bash 5.2 (readline 8.2, TERM=linux) and busybox 1.35's ash, both typed to a character at a time; and
/// readline with TERM=dumb, which shows a part of the line only.
@Suite struct LineEchoTests {
  private static let line =
    #". /lava-4242/environment ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\n" abcdefghij 0123456789 ABCDEFGHIJ abcdefghij"#
    + " klmnopqrst uvwxyz0123 456789ABCD EFGHIJKL"

  /// What was printed, and what follows the echo.
  struct Vector: Sendable {
    var text: String
    var printed: String
    var rest: String?

    init(_ text: String, _ printed: String, rest: String? = "") {
      self.text = text
      self.printed = printed
      self.rest = rest
    }
  }

  static let whole = [
    Vector("ls -l /tmp", "ls -l /tmp"),
    Vector("ls -l /tmp", "ls -l /tmp\r\ntotal 0\r\n", rest: "\r\ntotal 0\r\n"),
    // readline at the right margin.
    Vector(
      line,
      #". /lava-4242/environment ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\n"  "# + "\r"
        + "abcdefghij 0123456789 ABCDEFGHIJ abcdefghij klmnopqrst uvwxyz0123 456789ABCD EFG \rHIJKL"
    ),
    // The same when several characters come at once: the one behind the margin is printed twice.
    Vector(
      "mount /dev/disk/by-uuid/295d241b-2ce3-4add-a0a3-cd99a7722aaa -t ext2 /lava-1",
      "mount /dev/disk/by-uuid/295d241b-2ce3-4add-a0a3-cd99a7722aaa -\r-t ext2 /lava-1"
    ),
    // The blank is the text's own here.
    Vector(String(repeating: "a", count: 66) + " bcde", String(repeating: "a", count: 66) + " \r bcde"),
    // busybox, behind a terminal that makes CR LF of LF.
    Vector(
      line,
      #". /lava-4242/environment ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\n" "# + "\r\r\n"
        + "abcdefghij 0123456789 ABCDEFGHIJ abcdefghij klmnopqrst uvwxyz0123 456789ABCD EFG\r\r\nHIJKL"
    ),
    // Colours, bracketed paste, the window's title, bells.
    Vector("cd /tmp", "\u{1B}[?2004hroot# \u{1B}]0;title\u{7}\u{1B}[1mcd\u{1B}[0m\u{7} /tmp"),
    // Typed while something ran: echoed by the terminal, and by the shell behind its prompt.
    Vector("cd /tmp", "cd /\r\nroot# cd /tmp"),
    Vector("cd /tmp", "# cd cd /tmp"),
    // The kernel's lines within.
    Vector("cd /tmp; ls", "cd /t[   12.345678] eth0: link [up] 100\r\nmp; ls"),
    Vector("cd /tmp; ls", "c[    1.000000] a\r\nd /tm[12345.678901][  T42] b\r\n[12345.678902] c\r\np; ls"),
    Vector("test [ 1.5 ]", "test [ 1.5 ]"),
    Vector("echo [1.5] x", "echo [1.5] x"),
  ]

  @Test(arguments: whole) func anEchoThatIsWhole(_ vector: Vector) {
    let bytes = Array(vector.printed.utf8)
    for size in [1, 3, bytes.count] {
      var echo = LineEcho(vector.text)
      var start = 0
      while start < bytes.count {
        let end = min(start + size, bytes.count)
        echo.feed(Array(bytes[start..<end]))
        start = end
      }
      #expect(echo.wasSeen)
      #expect(echo.end.map { String(decoding: bytes[$0...], as: UTF8.self) } == vector.rest)
    }
  }

  static let damaged = [
    Vector("ls -l /tmp", "s -l /tmp"),
    Vector("ls -l /tmp", "ls -l /tm"),
    Vector("ls -l /tmp", "ls -l/tmp"),
    Vector("ls -l /tmp", "ls -l  /tmp"),
    Vector("ls -l /tmp", "ls -l /vmp"),
    Vector("ls -l /tmp", "ls -l \r\u{8}/vmp"),
    Vector("ls -l /tmp", "ls -l /vmp\r/tmp"),
    Vector("ls -l /tmp", "ls -l /tt\rmp"),
    // Not the kernel's line: it has no time stamp.
    Vector("ls -l /tmp", "ls -[eth0] up\r\nl /tmp"),
    // The kernel's line took a character with it.
    Vector("ls -l /tmp", "ls -[   12.345678] up\r\n /tmp"),
    // An H that became a backspace on its way, and so erased what was before it.
    Vector("echo AHB", "echo A\u{8} \u{8}B"),
  ]

  @Test(arguments: damaged) func anEchoThatIsNot(_ vector: Vector) {
    var echo = LineEcho(vector.text)
    echo.feed(Array(vector.printed.utf8))
    #expect(echo.end == nil)
    #expect(echo.wasSeen)
  }

  @Test func nothingOfTheText() {
    var echo = LineEcho("ls -l /tmp")
    echo.feed(Array("[   12.345678] eth0: up\r\nroot# ".utf8))
    #expect(!echo.wasSeen)
    #expect(echo.rewriting == nil)
  }

  @Test func aLineEditorThatScrolls() {
    var echo = LineEcho(Self.line)
    let dumb =
      #". /lava-4242/environment ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\"# + "\r< abcdefghij 0123456789 ABCDEFGHIJ"
      + "                         \u{8}\u{8}\r\r<DEFGHIJ abcdefghij klmnopqrst uvwxyz0123 456789ABCD EFGHIJKL"
    echo.feed(Array(dumb.utf8))
    #expect(echo.end == nil)
    #expect(echo.rewriting != nil)
    // The end of the line is missing: it was not only shown otherwise.
    var cut = LineEcho(Self.line)
    cut.feed(Array(Self.line.utf8.dropLast(10)))
    #expect(cut.rewriting == nil)
    // One character is, and nothing was shown twice.
    var holed = LineEcho(Self.line)
    holed.feed(Array(Self.line.replacing("J", with: "").utf8))
    #expect(holed.rewriting == nil)
  }

  @Test func whatCanBeFollowed() {
    #expect(LineEcho.canFollow(#"printf '%s\n' "$x" ~ !"#))
    for text in ["", "a\tb", "a\nb", "grün", "\u{7F}"] { #expect(!LineEcho.canFollow(text)) }
  }

  @Test(arguments: [
    ("", NewlineEcho.missing), ("\r\n", .present), ("\n", .present), ("\r", .present),
    ("\u{1B}[?2004l\r\n", .present), ("\u{7}", .missing), ("\u{1B}[6n", .missing), ("J", .garbled), ("J\n", .garbled),
    ("[   12.345678] eth0: up\r\n", .missing), ("[   12.345678] eth0: up\r\n\r\n", .present),
    ("[   12.345678] eth0: up\r\nJ", .garbled), ("[ok]\r\n", .present),
    // Where the first was lost, the command's output tells.
    ("total 0\r\n", .present),
  ])
  func newlines(_ printed: String, _ expected: NewlineEcho) {
    #expect(NewlineEcho(Array(printed.utf8)) == expected)
  }

  /// The work for one byte does not grow with what came before it.
  @Test func longOutputIsNoBurden() {
    var echo = LineEcho(String(repeating: "ab", count: 1000))
    for _ in 0..<20 { echo.feed(Array(String(repeating: "ab", count: 999).utf8) + [UInt8(ascii: "\n"), 0x78]) }
    #expect(echo.end == nil)
  }
}
