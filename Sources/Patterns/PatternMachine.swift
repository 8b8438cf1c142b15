// SPDX-License-Identifier: Apache-2.0

internal import CPCRE2

/// PCRE2's code for one pattern, with the working memory of one search at a time.
struct PatternMachine: ~Copyable {
  /// The most steps one attempt at one place may take: PCRE2's own default.
  private static let matchLimit: UInt32 = 10_000_000
  /// The most memory that PCRE2's interpreter may take for backtracking, in KiB.
  private static let heapLimit: UInt32 = 64 << 10
  /// The most memory that compiled code may take for backtracking, in bytes.
  private static let stackLimit = 4 << 20
  /// After so many starting places the clock is looked at.
  private static let stride = 1024
  /// The longest that one search may take.
  private static let timeLimit = Duration.seconds(2)

  private let code: OpaquePointer
  private let data: OpaquePointer
  private let context: OpaquePointer
  private let stack: OpaquePointer?
  /// How many characters before a match PCRE2 may look at.
  let lookBehind: Int

  /// What PCRE2 says against a pattern.
  struct Refused: Error {
    /// In bytes.
    var offset: Int
    var reason: String
  }

  /// Why PCRE2 ended a search.
  struct GivenUp: Error {
    var reason: String
  }

  /// Compiles a pattern that has been translated.
  init(_ syntax: PythonSyntax) throws(Refused) {
    let pattern = syntax.output
    guard let compileContext = pcre2_compile_context_create_8(nil), let context = pcre2_match_context_create_8(nil)
    else {
      throw Refused(offset: 0, reason: "out of memory")
    }
    defer { pcre2_compile_context_free_8(compileContext) }
    pcre2_set_newline_8(compileContext, UInt32(PCRE2_NEWLINE_LF))
    var error: Int32 = 0
    var offset = 0
    var flags = Self.flags(syntax.options)
    // PCRE2 10.42 looks for the last letter of `(?=a)\w*a` behind the first and so misses `a`.
    if syntax.looksAhead { flags |= PCRE2_NO_START_OPTIMIZE }
    guard let code = pcre2_compile_8(pattern, pattern.count, flags, &error, &offset, compileContext) else {
      pcre2_match_context_free_8(context)
      throw Refused(offset: offset, reason: Self.words(error))
    }
    guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else {
      pcre2_code_free_8(code)
      pcre2_match_context_free_8(context)
      throw Refused(offset: 0, reason: "out of memory")
    }
    // Where the processor or the system allows no compiled code, PCRE2 interprets: slower, the same results.
    let canCompile = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE) | UInt32(PCRE2_JIT_PARTIAL_HARD)) == 0
    stack = canCompile ? pcre2_jit_stack_create_8(32 << 10, Self.stackLimit, nil) : nil
    if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
    pcre2_set_match_limit_8(context, Self.matchLimit)
    pcre2_set_heap_limit_8(context, Self.heapLimit)
    var behind: UInt32 = 0
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_MAXLOOKBEHIND), &behind)
    lookBehind = Int(behind)
    self.code = code
    self.data = data
    self.context = context
  }

  private static func flags(_ options: PatternOptions) -> UInt32 {
    // In Python `^` matches after a newline at the very end too.
    var flags = PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT | PCRE2_ALT_CIRCUMFLEX
    if !options.contains(.ascii) { flags |= PCRE2_UCP }
    if options.contains(.dotAll) { flags |= PCRE2_DOTALL }
    if options.contains(.multiline) { flags |= PCRE2_MULTILINE }
    if options.contains(.ignoreCase) { flags |= PCRE2_CASELESS }
    if options.contains(.verbose) { flags |= PCRE2_EXTENDED }
    return flags
  }

  /// Searches a part of a text; see `Pattern.search`.
  mutating func search(
    _ text: [UInt8],
    in part: Range<Int>,
    from start: Int,
    _ mode: Pattern.Mode
  ) throws(GivenUp) -> Pattern.Outcome {
    var flags = PCRE2_NO_UTF_CHECK
    if mode != .complete { flags |= PCRE2_PARTIAL_HARD }
    if mode == .partialHere { flags |= PCRE2_ANCHORED }
    let begin = ContinuousClock.now
    var from = start
    while true {
      // A step of starting places at a time: PCRE2 counts what it does at one of them only.
      var last = min(from + Self.stride, part.upperBound)
      while last < part.upperBound, text[last] & 0xC0 == 0x80 { last += 1 }
      pcre2_set_offset_limit_8(context, last - part.lowerBound)
      let outcome = try attempt(text, part, from - part.lowerBound, flags)
      guard case .none = outcome, last < part.upperBound, mode != .partialHere else { return outcome }
      from = last
      guard ContinuousClock.now - begin < Self.timeLimit else { throw GivenUp(reason: "it took too long") }
    }
  }

  /// One call of PCRE2.
  private func attempt(
    _ text: [UInt8],
    _ part: Range<Int>,
    _ start: Int,
    _ flags: UInt32
  ) throws(GivenUp) -> Pattern.Outcome {
    let count = text.withUnsafeBufferPointer { buffer in
      // An empty array may have no address, which PCRE2 takes as an empty text.
      let subject = buffer.baseAddress.map { $0 + part.lowerBound }
      let count = pcre2_match_8(code, subject, part.count, start, flags, data, context)
      guard count == PCRE2_ERROR_JIT_STACKLIMIT else { return count }
      return pcre2_match_8(code, subject, part.count, start, flags | PCRE2_NO_JIT, data, context)
    }
    switch count {
    case PCRE2_ERROR_NOMATCH: return .none
    case PCRE2_ERROR_PARTIAL: return .partial(part.lowerBound + pcre2_get_ovector_pointer_8(data)[0])
    case ..<0: throw GivenUp(reason: Self.words(count))
    default: return .match(ranges(from: part.lowerBound))
    }
  }

  /// The ranges of the last match, in a text in which PCRE2's began at `base`.
  private func ranges(from base: Int) -> [Range<Int>?] {
    let offsets = pcre2_get_ovector_pointer_8(data)!
    return (0..<Int(pcre2_get_ovector_count_8(data))).map { group in
      let (low, high) = (offsets[2 * group], offsets[2 * group + 1])
      // PCRE2_UNSET is all ones.
      return low < 0 || low == .max || high < low ? nil : base + low..<base + high
    }
  }

  /// PCRE2's words for an error.
  private static func words(_ error: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = pcre2_get_error_message_8(error, &buffer, buffer.count)
    return count < 0 ? "error \(error) of PCRE2" : String(decoding: buffer.prefix(Int(count)), as: UTF8.self)
  }

  deinit {
    pcre2_match_data_free_8(data)
    pcre2_match_context_free_8(context)
    pcre2_code_free_8(code)
    if let stack { pcre2_jit_stack_free_8(stack) }
  }
}
