// SPDX-License-Identifier: Apache-2.0

/// The user's side of a telnet connection (RFC 854, 855): takes the commands out of what comes, and writes what goes so
/// that the peer does not take it for commands.
///
/// It agrees to binary transmission in both directions (RFC 856), to the peer's echo (RFC 857) and to the suppression of
/// go-aheads (RFC 858), and to nothing else. As long as the peer has sent no command it sends none either: a peer that only
/// passes bytes on would give them to the board. Once it has, binary transmission is asked for.
struct TelnetCodec {
  /// Commands of RFC 854.
  private enum Command {
    static let (subEnd, subBegin, will, wont, `do`, dont, escape): (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) =
      (240, 250, 251, 252, 253, 254, 255)
  }

  private enum Option {
    static let (binary, echo, noGoAhead): (UInt8, UInt8, UInt8) = (0, 1, 3)
  }

  private enum State {
    case data
    /// After a CR that is not binary: a NUL behind it only fills.
    case afterReturn
    case escape
    case negotiation(command: UInt8)
    case sub
    case subEscape
  }

  private static let (lineFeed, carriageReturn): (UInt8, UInt8) = (10, 13)

  private var state = State.data
  /// What the peer does, and what we do.
  private var his = TelnetOptions(agreeable: [Option.binary, Option.echo, Option.noGoAhead])
  private var ours = TelnetOptions(agreeable: [Option.binary, Option.noGoAhead])
  private var hasAsked = false

  /// Takes bytes of the peer apart.
  ///
  /// - Returns: what the board said, and what the peer is to be answered, as it goes over the connection.
  mutating func receive(_ bytes: [UInt8]) -> (data: [UInt8], reply: [UInt8]) {
    var (data, reply): ([UInt8], [UInt8]) = ([], [])
    data.reserveCapacity(bytes.count)
    for byte in bytes {
      switch state {
      case .data, .afterReturn: take(byte, &data)
      case .escape: takeCommand(byte, &data)
      case .negotiation(let command):
        state = .data
        reply += negotiate(command, byte)
      case .sub: if byte == Command.escape { state = .subEscape }
      // What is in there is about options that were never agreed to.
      case .subEscape: state = byte == Command.subEnd ? .data : .sub
      }
    }
    return (data, reply)
  }

  /// What goes over the connection for bytes that are meant for the board.
  func send(_ bytes: [UInt8]) -> [UInt8] {
    var written: [UInt8] = []
    written.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      written.append(byte)
      if byte == Command.escape { written.append(Command.escape) }
      if byte == Self.carriageReturn, !ours.isOn(Option.binary) {
        // RFC 854: a CR stands only before a LF or a NUL.
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        if next != Self.lineFeed { written.append(0) }
      }
    }
    return written
  }

  private mutating func take(_ byte: UInt8, _ data: inout [UInt8]) {
    if byte == Command.escape {
      state = .escape
      return
    }
    if case .afterReturn = state, byte == 0 {
      state = .data
      return
    }
    state = byte == Self.carriageReturn && !his.isOn(Option.binary) ? .afterReturn : .data
    data.append(byte)
  }

  private mutating func takeCommand(_ byte: UInt8, _ data: inout [UInt8]) {
    switch byte {
    case Command.escape:
      data.append(byte)
      state = .data
    case Command.will...Command.dont: state = .negotiation(command: byte)
    case Command.subBegin: state = .sub
    // No operation, data mark, go ahead and their like ask for nothing here.
    default: state = .data
    }
  }

  private mutating func negotiate(_ command: UInt8, _ option: UInt8) -> [UInt8] {
    var reply: [UInt8] = []
    switch command {
    case Command.will: if let answer = his.peerWants(option) { reply += Self.request(answer, option) }
    case Command.wont: if let answer = his.peerRefuses(option) { reply += Self.request(answer, option) }
    case Command.do: if let answer = ours.peerWants(option) { reply += Self.offer(answer, option) }
    default: if let answer = ours.peerRefuses(option) { reply += Self.offer(answer, option) }
    }
    guard !hasAsked else { return reply }
    hasAsked = true
    for wish in [Option.noGoAhead, Option.binary] where his.ask(wish) { reply += Self.request(true, wish) }
    if ours.ask(Option.binary) { reply += Self.offer(true, Option.binary) }
    return reply
  }

  private static func request(_ isOn: Bool, _ option: UInt8) -> [UInt8] {
    [Command.escape, isOn ? Command.do : Command.dont, option]
  }

  private static func offer(_ isOn: Bool, _ option: UInt8) -> [UInt8] {
    [Command.escape, isOn ? Command.will : Command.wont, option]
  }
}
