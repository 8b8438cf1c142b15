// SPDX-License-Identifier: Apache-2.0

/// Looks for the echo of a line that is being typed in what a board prints.
///
/// The whole text must come, character by character, in its order. Between its characters may stand what a terminal, a
/// line editor or a kernel puts there: line ends (a terminal's, and busybox's CR LF at the right margin), readline's
/// blank and carriage return at that margin (or the next character, a carriage return, and that character again), control sequences (ECMA-48 §5.4), and whole lines of the kernel's log
/// (`[   12.345678] …`, printk's time stamp). What comes before the text does not matter: it may be older.
package struct LineEcho: Sendable {
  private let text: [UInt8]
  /// For each character, the places in the text where it stands.
  private let places: [UInt8: LinePlaces]
  /// How far the text has come: each place that is expected next, counted from where the text may have begun. The first
  /// place always is.
  private var expected: LinePlaces
  /// Those that were expected before a blank that is readline's if a carriage return follows.
  private var blanks: LinePlaces
  /// Those that were expected before the last character of the text, which readline prints a second time when a carriage return
  /// follows: it stands at the right margin.
  private var margin: LinePlaces
  private var sequence = ControlSequence.none
  private var stamp = KernelStamp.none
  /// What was expected before a kernel's line, and is again when that is over.
  private var interrupted: LinePlaces
  /// How many bytes have been read.
  private var offset = 0
  /// After how many bytes the text was complete; nil before that.
  package private(set) var end: Int?
  /// What was printed but control characters and sequences; the last of it.
  private var visible: [UInt8] = []
  /// Whether a line editor went back in its line.
  private var hasGoneBack = false
  private var isAfterReturn = false

  /// How much is kept of what was printed.
  private static let visibleLimit = 16 << 10
  /// So many characters of the text in a row are not there by chance.
  private static let trace = 4

  private enum ControlSequence {
    case none, escape, parameters
    /// An operating system command: up to BEL or ESC \.
    case string
  }

  private enum KernelStamp {
    case none
    /// After `[`, then blanks and digits, then a point and digits.
    case opened, seconds, fraction
    /// Within a line of the kernel's.
    case message
  }

  /// - Parameter text: what is typed, without the newline: printable ASCII.
  package init(_ text: String) {
    let text = Array(text.utf8)
    let none = LinePlaces(count: text.count + 1)
    var places: [UInt8: LinePlaces] = [:]
    for (place, byte) in text.enumerated() { places[byte, default: none].insert(place) }
    self.text = text
    self.places = places
    expected = none
    expected.insert(0)
    blanks = none
    margin = none
    interrupted = none
  }

  /// Whether a line can be looked for: printable ASCII, and at least one character.
  package static func canFollow(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  /// Takes what the board printed next. After `end` is set nothing changes any more.
  package mutating func feed(_ bytes: [UInt8]) {
    for byte in bytes {
      guard end == nil else { return }
      offset += 1
      take(byte)
    }
  }

  /// Whether some of the text has come: a few characters in a row, anywhere in it.
  package var wasSeen: Bool {
    let length = min(Self.trace, text.count)
    return (0...(text.count - length)).contains { visible.firstRange(of: text[$0..<$0 + length]) != nil }
  }

  /// What a line editor made of the text when it goes back in its line and shows something else than what is typed,
  /// such as a part of a line that is wider than the screen; nil where it did not, or where the begin or the end of the
  /// text is missing: then characters are lost.
  package var rewriting: [UInt8]? {
    guard hasGoneBack else { return nil }
    let length = min(Self.trace, text.count)
    let isWhole = [text.prefix(length), text.suffix(length)].allSatisfy { visible.firstRange(of: $0) != nil }
    return isWhole ? visible : nil
  }

  private mutating func take(_ byte: UInt8) {
    guard !isOfSequence(byte) else { return }
    follow(byte)
    // A control character takes no place on the screen.
    guard byte >= 0x20 || byte == 0x08 || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") else { return }
    // A line that is scrolled begins with this sign, in readline.
    if byte == 0x08 || (isAfterReturn && byte == UInt8(ascii: "<")) { hasGoneBack = true }
    isAfterReturn = byte == UInt8(ascii: "\r")
    if byte >= 0x20 {
      visible.append(byte)
      if visible.count > Self.visibleLimit { visible.removeFirst(Self.visibleLimit / 2) }
    }
    advance(byte)
    if expected.contains(text.count) { end = offset }
  }

  // MARK: The text

  private mutating func advance(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\r"):
      expected.formUnion(blanks)
      expected.formUnion(margin)
      blanks.removeAll()
      margin.removeAll()
    case UInt8(ascii: "\n"):
      blanks.removeAll()
      margin.removeAll()
    case 0x08:
      // One place back: the blank before it, or the character before it is printed once more.
      expected.shiftDown()
      expected.formUnion(blanks)
      expected.insert(0)
      blanks.removeAll()
      margin.removeAll()
    default:
      blanks.removeAll()
      margin.removeAll()
      if byte == UInt8(ascii: " ") { blanks.formUnion(expected) }
      if let places = places[byte] {
        expected.formIntersection(places)
        margin.formUnion(expected)
        expected.shiftUp()
      } else {
        expected.removeAll()
      }
      expected.insert(0)
    }
  }

  // MARK: The kernel's lines

  /// Notices a line of the kernel's, and goes on as before when it is over.
  private mutating func follow(_ byte: UInt8) {
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    switch (stamp, byte) {
    case (.message, UInt8(ascii: "\n")):
      expected.formUnion(interrupted)
      stamp = .none
    case (.message, _): break
    case (_, UInt8(ascii: "[")):
      interrupted = expected
      stamp = .opened
    case (.opened, UInt8(ascii: " ")): break
    case (.opened, _) where isDigit, (.seconds, _) where isDigit: stamp = .seconds
    case (.seconds, UInt8(ascii: ".")): stamp = .fraction
    case (.fraction, _) where isDigit: break
    case (.fraction, UInt8(ascii: "]")): stamp = .message
    default: stamp = .none
    }
  }

  // MARK: Control sequences

  private mutating func isOfSequence(_ byte: UInt8) -> Bool {
    switch (sequence, byte) {
    case (_, 0x1B): sequence = .escape
    case (.none, _): return false
    case (.escape, UInt8(ascii: "[")): sequence = .parameters
    case (.escape, UInt8(ascii: "]")): sequence = .string
    // Another escape is one character long.
    case (.escape, _): sequence = .none
    case (.parameters, 0x40...0x7E):
      sequence = .none
      // The cursor goes up, right, left, to a column or a place, or the rest of the line is erased.
      if "ACDGHK".utf8.contains(byte) { hasGoneBack = true }
    case (.parameters, 0x20...0x3F): break
    // Torn: what follows is text.
    case (.parameters, _):
      sequence = .none
      return false
    case (.string, 0x07): sequence = .none
    case (.string, _): break
    }
    return true
  }
}
