// SPDX-License-Identifier: Apache-2.0

internal import CSSH
import Diagnostics

/// One channel of a session (RFC 4254 §5), on the session's thread.
final class SSHChannel {
  /// How long a peer may take for something that is done at once, and how long a transfer may stand still.
  static let patience = Duration.seconds(60)
  /// The most that is moved before others have their turn, in bytes.
  static let pieceSize = 32 << 10

  let link: SSHLink
  private let channel: ssh_channel
  /// What came while we wrote.
  private(set) var unread: [UInt8] = []
  /// What came of standard error while we waited for something else.
  private(set) var errors: [UInt8] = []

  /// Opens a channel.
  init(_ link: SSHLink) throws(Failure) {
    guard let channel = ssh_channel_new(link.session) else { throw link.lost }
    self.link = link
    self.channel = channel
    try request("would not open a channel") { ssh_channel_open_session(channel) }
  }

  deinit { ssh_channel_free(channel) }

  // MARK: What runs at its other end

  /// Starts a command.
  func execute(_ command: String) throws(Failure) {
    try request("would not run a command") { ssh_channel_request_exec(channel, command) }
  }

  /// Starts the login shell on a terminal.
  func startShell(terminal: String, rows: Int32, columns: Int32) throws(Failure) {
    try request("would not give us a terminal") { ssh_channel_request_pty_size(channel, terminal, columns, rows) }
    try request("would not give us a shell") { ssh_channel_request_shell(channel) }
  }

  /// Starts the SFTP server.
  ///
  /// - Returns: false where there is none.
  func startSFTP() throws(Failure) -> Bool {
    let deadline = ContinuousClock.now + Self.patience
    let code = try link.repeating(until: deadline, link.timedOut("did not answer")) {
      ssh_channel_request_sftp(channel)
    }
    guard code != SSH_OK else { return true }
    if !link.isConnected { throw link.lost }
    return false
  }

  private func request(_ refusal: String, _ call: () -> Int32) throws(Failure) {
    let deadline = ContinuousClock.now + Self.patience
    let code = try link.repeating(
      until: deadline,
      link.timedOut("did not answer within \(Self.patience.components.seconds) seconds"),
      call
    )
    guard code == SSH_OK else { throw link.isConnected ? link.refused(refusal) : link.lost }
  }

  // MARK: Moving bytes

  /// Reads what is there.
  ///
  /// - Parameter isError: of standard error.
  /// - Returns: nothing where nothing is there.
  /// - Throws: `ssh-connection-lost`.
  func take(isError: Bool = false) throws(Failure) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
      code = ssh_channel_read_nonblocking(channel, buffer.baseAddress, UInt32(buffer.count), isError ? 1 : 0)
      count = Int(max(code, 0))
    }
    // A channel that has ended properly is no broken connection.
    if code == SSH_ERROR, !isEnded { throw link.lost }
    return bytes
  }

  /// Writes as much as the peer has room for.
  ///
  /// - Returns: how many bytes.
  func give(_ bytes: ArraySlice<UInt8>) throws(Failure) -> Int {
    let room = min(bytes.count, Int(ssh_channel_window_size(channel)), Self.pieceSize)
    guard room > 0, !isEnded else { return 0 }
    let code = bytes.prefix(room).withUnsafeBytes { ssh_channel_write(channel, $0.baseAddress, UInt32($0.count)) }
    // A channel that the peer has closed takes nothing more, and counts as open until all that came of it is read.
    if code == SSH_ERROR, !link.isConnected { throw link.lost }
    return Int(max(code, 0))
  }

  /// Says that nothing more will be written.
  func endInput() { ssh_channel_send_eof(channel) }

  /// Nothing more comes from the peer, and everything that came was taken.
  var isDrained: Bool { ssh_channel_is_eof(channel) != 0 || isEnded }

  /// The peer has closed the channel.
  var isEnded: Bool { ssh_channel_is_closed(channel) != 0 && link.isConnected }

  /// The exit status of what ran; nil while it is not known, and where a signal ended it.
  var exitStatus: Int? {
    let code = ssh_channel_get_exit_status(channel)
    return code < 0 ? nil : Int(code)
  }

  // MARK: Waiting for bytes

  /// Waits until something can be read of standard output.
  ///
  /// - Returns: nothing at its end.
  func read() throws(Failure) -> [UInt8] {
    let deadline = ContinuousClock.now + Self.patience
    if !unread.isEmpty {
      defer { unread = [] }
      return unread
    }
    while true {
      let bytes = try take()
      if !bytes.isEmpty { return bytes }
      try takeErrors()
      guard link.isConnected else { throw link.lost }
      if isDrained { return [] }
      guard ContinuousClock.now < deadline else { throw stalled }
      try link.wait(until: deadline)
    }
  }

  /// Puts back what was read and is for somebody else.
  func putBack(_ bytes: ArraySlice<UInt8>) { unread = bytes + unread }

  /// Waits until everything is written.
  ///
  /// - Returns: whether it is; not where the peer has ended what ran.
  func write(_ bytes: [UInt8]) throws(Failure) -> Bool {
    var rest = bytes[...]
    var deadline = ContinuousClock.now + Self.patience
    while !rest.isEmpty {
      let count = try give(rest)
      rest = rest.dropFirst(count)
      guard count == 0 else {
        deadline = .now + Self.patience
        continue
      }
      // libssh sees that there is room again only when everything before that is read.
      let bytes = try take()
      unread += bytes
      try takeErrors()
      guard unread.count < Self.mostUnread else { throw link.refused("says more than it is asked") }
      guard bytes.isEmpty else { continue }
      guard !isEnded else { return false }
      guard link.isConnected else { throw link.lost }
      guard ContinuousClock.now < deadline else { throw stalled }
      try link.wait(until: deadline)
    }
    return true
  }

  /// libssh sees the end of a channel only when all that it has is read.
  private func takeErrors() throws(Failure) {
    errors += try take(isError: true).prefix(Self.mostUnread - errors.count)
  }

  /// The most that is kept of what comes while we write, in bytes.
  private static let mostUnread = 1 << 20

  private var stalled: Failure {
    link.timedOut("has not gone on with a transfer for \(Self.patience.components.seconds) seconds")
  }
}
