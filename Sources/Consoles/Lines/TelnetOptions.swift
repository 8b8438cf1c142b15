// SPDX-License-Identifier: Apache-2.0

/// The options of one side of a telnet connection, negotiated so that no answer is answered for ever (RFC 1143, section 7,
/// without the queue: what was asked for is not taken back).
struct TelnetOptions {
  private enum State {
    case off, on
    /// Asked for, not answered yet.
    case wanted
  }

  /// The options that are agreed to.
  private let agreeable: Set<UInt8>
  private var states: [UInt8: State] = [:]

  init(agreeable: Set<UInt8>) { self.agreeable = agreeable }

  func isOn(_ option: UInt8) -> Bool { states[option] == .on }

  /// The peer says WILL (of its own side) or DO (of ours).
  ///
  /// - Returns: whether to agree; nil where nothing is to be said.
  mutating func peerWants(_ option: UInt8) -> Bool? {
    switch states[option, default: .off] {
    case .on: return nil
    case .wanted:
      states[option] = .on
      return nil
    case .off:
      guard agreeable.contains(option) else { return false }
      states[option] = .on
      return true
    }
  }

  /// The peer says WONT or DONT.
  ///
  /// - Returns: false where that is to be acknowledged.
  mutating func peerRefuses(_ option: UInt8) -> Bool? {
    switch states.updateValue(.off, forKey: option) {
    case .on: false
    case .off, .wanted, nil: nil
    }
  }

  /// Whether the option has to be asked for, which is then noted as done.
  mutating func ask(_ option: UInt8) -> Bool {
    guard states[option, default: .off] == .off else { return false }
    states[option] = .wanted
    return true
  }
}
