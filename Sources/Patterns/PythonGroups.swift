// SPDX-License-Identifier: Apache-2.0

/// What follows an opening parenthesis.
extension PythonSyntax {
  mutating func translateGroup() throws(Problem) {
    if peek() == "*" { throw problem("nothing to repeat") }
    guard accept("?") else {
      return openNumbered()
    }
    guard let next = peek() else { throw problem("unexpected end of pattern") }
    index += 1
    switch next {
    case ":", "=", "!", ">":
      looksAhead = looksAhead || next == "="
      open("(?\(next)")
    case "<":
      guard let kind = peek(), kind == "=" || kind == "!" else { throw problem("unknown extension ?<") }
      index += 1
      open("(?<\(kind)")
    case "P": try translateNamed()
    case "#": if take(until: ")") == nil { throw problem("missing ), unterminated comment") }
    case "(": try translateCondition()
    default:
      index -= 1
      try translateFlags()
    }
  }

  private mutating func open(_ text: String, group: Int? = nil) {
    emit(text)
    levels.append(Level(isVerbose: levels.last?.isVerbose == true, group: group))
  }

  private mutating func openNumbered() {
    groupCount += 1
    open("(", group: groupCount)
  }

  /// What a group has matched, once more. A group that is open has not matched yet.
  mutating func emitReference(to number: Int) throws(Problem) {
    guard !levels.contains(where: { $0.group == number }) else { throw problem("cannot refer to an open group") }
    emit("\\g{\(number)}")
  }

  /// After `(?P`: a named group or a reference to one. Names become numbers, so that PCRE2's bound of 32 bytes does
  /// not hold.
  private mutating func translateNamed() throws(Problem) {
    if accept("<") {
      guard let name = take(until: ">") else { throw problem("missing >, unterminated name") }
      guard isName(name) else { throw problem("bad character in group name '\(name)'") }
      guard groupNames[name] == nil else { throw problem("redefinition of group name '\(name)'") }
      openNumbered()
      groupNames[name] = groupCount
      return
    }
    guard accept("=") else { throw problem("unknown extension ?P") }
    guard let name = take(until: ")") else { throw problem("missing ), unterminated name") }
    guard let number = groupNames[name] else { throw problem("unknown group name '\(name)'") }
    try emitReference(to: number)
  }

  /// After `(?(`: the group, by number or name, whose match decides.
  private mutating func translateCondition() throws(Problem) {
    guard let name = take(until: ")") else { throw problem("missing ), unterminated name") }
    guard let number = groupNames[name] ?? Int(name), number > 0 else { throw problem("unknown group name '\(name)'") }
    open("(?(\(number))")
  }

  /// After `(?`: flags for the whole pattern, which stand at its start, or for one group.
  private mutating func translateFlags() throws(Problem) {
    let isAtStart = index == 2 || (output.isEmpty && groupCount == 0)
    let on = take(atMost: 16, where: \.isASCIILetter)
    let off = accept("-") ? take(atMost: 16, where: \.isASCIILetter) : nil
    guard let end = peek(), end == ")" || end == ":" else {
      throw problem(on.isEmpty && off == nil ? "unknown extension ?\(peek().map(String.init) ?? "")" : "unknown flag")
    }
    index += 1
    for flag in (on + (off ?? "")).unicodeScalars where !"aimsux".unicodeScalars.contains(flag) {
      throw problem(flag == "L" ? "cannot use LOCALE flag with a str pattern" : "unknown flag \(flag)")
    }
    if end == ")" {
      guard off == nil, isAtStart else { throw problem("global flags not at the start of the expression") }
      setGlobal(on)
      return
    }
    guard !(on + (off ?? "")).contains("a") else { throw problem("the flag 'a' is supported for a whole pattern only") }
    let letters = on.filter { $0 != "u" }
    open("(?\(letters)\(off.map { $0.isEmpty ? "" : "-\($0)" } ?? ""):")
    if letters.contains("x") { levels[levels.count - 1].isVerbose = true }
    if off?.contains("x") == true { levels[levels.count - 1].isVerbose = false }
  }

  private mutating func setGlobal(_ flags: String) {
    for flag in flags {
      switch flag {
      case "a": options.insert(.ascii)
      case "i": options.insert(.ignoreCase)
      case "m": options.insert(.multiline)
      case "s": options.insert(.dotAll)
      case "x":
        options.insert(.verbose)
        levels[0].isVerbose = true
      default: break
      }
    }
  }

  /// Whether Python takes it as an identifier.
  private func isName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
    return name.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
  }
}
