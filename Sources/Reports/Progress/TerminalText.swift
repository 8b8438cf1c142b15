// SPDX-License-Identifier: Apache-2.0

/// Text from a board, a job or a server on its way to a person's terminal.
package enum TerminalText {
  /// The text without control sequences (ECMA-48: CSI, OSC and the like, two-character escapes) and without control
  /// characters; tabs stay. What is left cannot move the cursor, change colours or the window's title.
  package static func plain(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0xC2 || $0 == 0x09 }
    if isPlain { return text }
    var output = String.UnicodeScalarView()
    var scanner = Scanner()
    for scalar in text.unicodeScalars where scanner.accepts(scalar) { output.append(scalar) }
    return String(output)
  }

  /// Says of each character whether it is text.
  private struct Scanner {
    private enum State {
      case text, escape, intermediate, control, string, stringEscape
    }

    private var state = State.text

    mutating func accepts(_ scalar: Unicode.Scalar) -> Bool {
      switch state {
      case .text: return acceptsText(scalar)
      case .escape: state = afterEscape(scalar)
      case .intermediate: if !(0x20...0x2F).contains(scalar.value) { state = .text }
      case .control: if (0x40...0x7E).contains(scalar.value) { state = .text }
      case .string:
        if scalar.value == 0x1B { state = .stringEscape }
        if scalar.value == 0x07 || scalar.value == 0x9C { state = .text }
      // Only `ESC \` ends a string; another escape begins something new.
      case .stringEscape: state = scalar == "\\" ? .text : afterEscape(scalar)
      }
      return false
    }

    private mutating func acceptsText(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x1B: state = .escape
      case 0x9B: state = .control
      case 0x90, 0x98, 0x9D...0x9F: state = .string
      case 0x09: return true
      case 0..<0x20, 0x7F...0x9F: return false
      default: return true
      }
      return false
    }

    private func afterEscape(_ scalar: Unicode.Scalar) -> State {
      switch scalar {
      case "[": .control
      case "]", "P", "X", "^", "_": .string
      case "\u{1B}": .escape
      case "\u{20}"..."\u{2F}": .intermediate
      default: .text
      }
    }
  }
}

/// Colours, where they are wanted.
package struct TerminalStyle: Sendable {
  package enum Colour: String, Sendable {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case faint = "2"
    case bold = "1"
  }

  package let isColoured: Bool

  package init(isColoured: Bool) { self.isColoured = isColoured }

  package func paint(_ text: String, _ colour: Colour) -> String {
    isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
