// SPDX-License-Identifier: Apache-2.0

import Patterns

/// How one kind of message starts and ends (spec signals §13).
struct KernelMessageForm: Sendable {
  private let start: String
  /// What ends it, one after the other: where LAVA has one pattern with a part of any length in it, here stand two, so that
  /// no byte is looked at twice. The last one ends with the message's last carriage return.
  let ends: [Pattern]
  /// Nil where only the message's words tell.
  let kind: KernelMessageKind?

  /// All of them, and one pattern for their starts, which has a group for each form.
  ///
  /// It finds what the starts' own patterns would: the first one, and of two at the same place the one that stands first here.
  static let all: Result<(start: Pattern, forms: [KernelMessageForm]), PatternError> = {
    do throws(PatternError) {
      let forms = try compiled()
      return .success((try Pattern(forms.map { "(\($0.start))" }.joined(separator: "|"), .dotAll), forms))
    } catch {
      return .failure(error)
    }
  }()

  /// The first end of the line; a terminal prints a carriage return there.
  private static let lineEnd = #"[\r\n]"#
  /// The last carriage return of the line, or its end.
  private static let wholeLine = #"^(?:[^\n]*\r|[^\n]*\n)"#

  // Where LAVA's patterns begin with `-+` or `=+` one character stands here: that moves no end.
  private static func compiled() throws(PatternError) -> [KernelMessageForm] {
    [
      try form(#"-\[ cut here \]"#, [#"-\[ end trace \w* \]-"#, wholeLine], nil),
      try form("Unhandled fault", [lineEnd], .fault),
      try form("BUG: KCSAN:", [#"=[\r\n]"#], .kcsan),
      try form("BUG: KASAN:", [#"=[\r\n]"#], .kasan),
      try form("BUG: KFENCE:", [#"=[\r\n]"#], .kfence),
      try form("Oops(?: -|:)", [lineEnd], .oops),
      try form("WARNING:", ["end trace", lineEnd], .warning),
      try form("(?:kernel BUG at|BUG:)", [lineEnd], .bug),
      try form("invalid opcode:", [lineEnd], .invalidOpcode),
      try form("Kernel panic - not syncing", ["end Kernel panic", lineEnd], .panic),
      try form("U-Boot SPL 20[0-9][0-9]", [lineEnd], .reset),
    ]
  }

  private static func form(
    _ start: String,
    _ ends: [String],
    _ kind: KernelMessageKind?
  ) throws(PatternError) -> KernelMessageForm {
    var patterns: [Pattern] = []
    for end in ends { patterns.append(try Pattern(end, .dotAll)) }
    return KernelMessageForm(start: start, ends: patterns, kind: kind)
  }
}
