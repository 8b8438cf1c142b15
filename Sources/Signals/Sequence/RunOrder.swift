// SPDX-License-Identifier: Apache-2.0

/// Which definitions of a test action have begun and ended, and what of their signals counts.
///
/// run.sh prints STARTRUN and ENDRUN itself, without a sum; but the host knows what they must say.
struct RunOrder: Sendable {
  /// A STARTRUN or ENDRUN of this run.
  struct RunSignal: Sendable, Equatable {
    var isStart: Bool
    /// Of the definition.
    var index: Int
    var uuid: String
  }

  private let definitions: [TestShellMachine.Definition]
  private let indices: [String: Int]
  private let jobID: String?
  /// Where the configuration does not know it.
  private var uuids: [Int: String] = [:]
  /// The definition that runs.
  private(set) var open: Int?
  /// The first definition that has not begun.
  private(set) var next = 0
  private(set) var begun: Set<Int> = []
  /// Ended, or without a run because nothing could be installed.
  private(set) var ended: Set<Int> = []

  init(_ configuration: TestShellMachine.Configuration) {
    definitions = configuration.definitions
    jobID = configuration.jobID
    let suites = configuration.definitions.map(\.suite)
    indices = Dictionary(zip(suites, suites.indices), uniquingKeysWith: { first, _ in first })
  }

  /// Whether nothing is known of the definitions: then every STARTRUN counts.
  var isUnknown: Bool { definitions.isEmpty }

  /// Whether every definition has begun and ended.
  var isComplete: Bool { ended.count == definitions.count }

  var suites: [String] { definitions.map(\.suite) }

  func index(of suite: String) -> Int? { indices[suite] }

  func suite(_ index: Int) -> String { definitions[index].suite }

  /// Whether a definition's output is searched for results as it comes: its begin and end cannot wait.
  func hasPattern(_ index: Int) -> Bool { definitions[index].parse != nil }

  /// Whether a definition has begun and not ended.
  func isOpen(_ index: Int) -> Bool { begun.contains(index) && !ended.contains(index) }

  // MARK: Signals

  /// The STARTRUN or ENDRUN that a signal is; `nil` when it is none of this run's.
  func reading(_ signal: ScannedSignal) -> RunSignal? {
    guard signal.kind == .signal, signal.isRunSignal else { return nil }
    let words = SignalWords(signal.parameters)
    guard words.count == 2, let index = indices[words[0]], isRight(words[1], of: index) else { return nil }
    return RunSignal(isStart: signal.name == "STARTRUN", index: index, uuid: words[1])
  }

  /// Whether a STARTRUN or ENDRUN is whole and of another job: `<index>_<name> <job>_<level>`, as in an old log.
  func isOfAnotherJob(_ signal: ScannedSignal) -> Bool {
    let words = SignalWords(signal.parameters)
    guard words.count == 2 else { return false }
    let heads = (0..<2).map { words[$0].split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false) }
    return heads.allSatisfy { $0.count == 2 && Int($0[0]) != nil } && heads[1][0] != jobID ?? ""
      && heads[1][1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Int($0) != nil }
  }

  private func isRight(_ uuid: String, of index: Int) -> Bool {
    if let known = definitions[index].uuid ?? uuids[index] { return uuid == known }
    guard let jobID else { return true }
    guard uuid.hasPrefix("\(jobID)_") else { return false }
    let level = uuid.utf8.dropFirst(jobID.utf8.count + 1)
    return !level.isEmpty
      && level.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// The line of a definition. Where nothing has told its uuid, it is that of no level: `<job>_0`.
  func text(isStart: Bool, _ index: Int) -> [UInt8] {
    let uuid = definitions[index].uuid ?? uuids[index] ?? "\(jobID ?? "0")_0"
    return Array("<LAVA_SIGNAL_\(isStart ? "STARTRUN" : "ENDRUN") \(definitions[index].suite) \(uuid)>".utf8)
  }

  /// Notes a uuid that the configuration does not know.
  mutating func learn(_ signal: RunSignal) { uuids[signal.index] = uuids[signal.index] ?? signal.uuid }

  // MARK: Output

  func hasLater(than index: Int) -> Bool { index + 1 < definitions.count }

  /// Whether output holds the uuid of a definition that comes later: the trace of its script, or what is left of its
  /// STARTRUN.
  func mentionsLater(than index: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
    guard let jobID else { return false }
    let head = Array(jobID.utf8)
    var position = 0
    while let mark = bytes.index(of: UInt8(ascii: "_"), from: position) {
      position = mark + 1
      guard mark >= head.count, bytes[mark - 1] == head.last,
        bytes[(mark - head.count)..<mark].elementsEqual(head)
      else { continue }
      let level = bytes[position...].prefix {
        $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
      if isLater("\(jobID)_\(String(decoding: level, as: UTF8.self))", than: index) { return true }
    }
    return false
  }

  /// Where the configuration does not know uuids, a new one with a level is a later one's.
  private func isLater(_ uuid: String, than index: Int) -> Bool {
    var isNew = uuid.utf8.contains(UInt8(ascii: ".")) && uuid.utf8.last != UInt8(ascii: ".")
    for other in definitions.indices {
      let known = definitions[other].uuid ?? uuids[other]
      if known == uuid { return other > index }
      if definitions[other].uuid != nil { isNew = false }
    }
    return isNew
  }

  // MARK: Order

  /// Whether a STARTRUN or ENDRUN may stand here: definitions run in their order, each once.
  func admits(_ signal: RunSignal) -> Bool { signal.isStart ? signal.index >= next : open == signal.index }

  mutating func note(_ signal: RunSignal) {
    learn(signal)
    if signal.isStart {
      begun.insert(signal.index)
      open = signal.index
      next = max(next, signal.index + 1)
    } else {
      ended.insert(signal.index)
      open = nil
    }
  }

  /// Notes that a definition was left without a run.
  mutating func noteFailedInstall() {
    open = nil
    guard next < definitions.count else { return }
    ended.insert(next)
    next += 1
  }

  /// Notes that the end of a definition is known by other means.
  mutating func noteEnd(_ index: Int) { ended.insert(index) }
}

extension ScannedSignal {
  /// run.sh prints these itself, with the shell's `echo`, which knows no trailer.
  var isRunSignal: Bool {
    isNamed("STARTRUN") || isNamed("ENDRUN")
  }
}
