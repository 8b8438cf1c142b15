// SPDX-License-Identifier: Apache-2.0

internal import CPosix
internal import CSSH
import Diagnostics
import Glibc

/// A session of libssh, which never blocks by itself: every wait is here, ends at its deadline and when nobody wants its
/// result any more. Belongs to the thread of its ``SSHDesk``.
final class SSHLink {
  let target: SSHTarget
  let session: ssh_session
  private let desk: SSHDesk
  private let counter: UnsafeMutablePointer<ssh_counter_struct>
  /// Questions that the peer has not answered; nil while it is not logged in to.
  private var probes: Int?
  private var lastHeard = ContinuousClock.now
  private var lastCount: UInt64 = 0
  /// How many bytes had come when the caller was told last to look again.
  private var toldCount: UInt64 = 0

  /// Connects, looks whether the peer is the right one, and logs in.
  init(_ target: SSHTarget, _ desk: SSHDesk) throws(Failure) {
    let deadline = ContinuousClock.now + target.connectTimeout
    let socket = try SSHSocket.connect(to: target.peer, desk, until: deadline)
    guard let session = ssh_new() else {
      close(socket)
      throw Failure(.infrastructure, "ssh-out-of-memory", "no memory for an ssh session")
    }
    self.target = target
    self.session = session
    self.desk = desk
    counter = .allocate(capacity: 2)
    counter.initialize(repeating: ssh_counter_struct(), count: 2)
    ssh_set_counters(session, counter, counter + 1)
    ssh_set_blocking(session, 0)
    try setOptions(socket)
    try greet(until: deadline)
    try checkHostKey()
    try logIn(until: deadline)
    probes = 0
  }

  deinit {
    ssh_disconnect(session)
    ssh_free(session)
    counter.deallocate()
  }

  // MARK: Connecting

  private func setOptions(_ socket: Int32) throws(Failure) {
    // Whatever is set here counts, and nothing that a user's configuration file says.
    set(SSH_OPTIONS_PROCESS_CONFIG, false)
    var descriptor = socket
    ssh_options_set(session, SSH_OPTIONS_FD, &descriptor)
    set(SSH_OPTIONS_HOST, target.peer.host)
    var port = UInt32(target.peer.port)
    ssh_options_set(session, SSH_OPTIONS_PORT, &port)
    set(SSH_OPTIONS_USER, target.peer.user)
    set(SSH_OPTIONS_COMPRESSION, target.compresses ? "yes" : "no")
    switch target.hostKeys {
    case .pinned(let keys):
      set(SSH_OPTIONS_HOSTKEYS, keys.flatMap(\.signatureTypes).joined(separator: ","))
      forgetKnownHosts()
    case .ignored: forgetKnownHosts()
    case .knownHosts(let file, _):
      guard let file else { break }
      set(SSH_OPTIONS_KNOWNHOSTS, file)
      set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
    }
  }

  private func forgetKnownHosts() {
    set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
    set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
  }

  private func set(_ option: ssh_options_e, _ text: String) { ssh_options_set(session, option, text) }

  private func set(_ option: ssh_options_e, _ isOn: Bool) {
    var value = isOn
    ssh_options_set(session, option, &value)
  }

  private func greet(until deadline: ContinuousClock.Instant) throws(Failure) {
    let silent = timedOut("did not agree on an ssh session within \(target.connectTimeout)")
    let code = try repeating(until: deadline, silent) { ssh_connect(session) }
    guard code == SSH_OK else { throw refused("does not speak ssh with us") }
  }

  var isConnected: Bool { ssh_is_connected(session) != 0 }

  /// Whether bytes wait for the network to take them.
  private var hasUnsentBytes: Bool { ssh_get_poll_flags(session) & SSH_WRITE_PENDING != 0 }

  // MARK: Waiting

  /// Calls a function of libssh until it has something else to say than that it has to wait.
  func repeating(
    until deadline: ContinuousClock.Instant,
    _ failure: @autoclosure () -> Failure,
    _ call: () -> Int32
  ) throws(Failure) -> Int32 {
    while true {
      let code = call()
      guard code == SSH_AGAIN else { return code }
      guard ContinuousClock.now < deadline else { throw failure() }
      try wait(until: deadline)
    }
  }

  /// Waits until the session may go on, something else is ready, or the deadline has passed; asks a silent peer whether
  /// it is there. Returns at once where bytes have come since it returned last: any function of libssh takes them in, and
  /// what they bring may be for another one that the caller has looked at before.
  ///
  /// - Parameters:
  ///   - descriptor: what else is watched; negative for nothing.
  ///   - events: of poll(2).
  ///   - isListening: whether what the peer says is waited for.
  /// - Returns: what happened to `descriptor`.
  /// - Throws: `ssh-connection-lost`; `ssh-canceled`.
  @discardableResult
  func wait(
    until deadline: ContinuousClock.Instant?,
    watching descriptor: Int32 = -1,
    for events: Int16 = 0,
    isListening: Bool = true
  ) throws(Failure) -> Int16 {
    if desk.isUnwanted { throw Self.canceled }
    guard counter.pointee.in_bytes == toldCount || !isListening else {
      toldCount = counter.pointee.in_bytes
      try listen()
      return 0
    }
    let next = probes.map { lastHeard + target.keepAliveInterval * ($0 + 1) }
    let own = (isListening ? Int16(POLLIN) : 0) | (hasUnsentBytes ? Int16(POLLOUT) : 0)
    var polled = [
      pollfd(fd: desk.wakeup, events: Int16(POLLIN), revents: 0),
      pollfd(fd: ssh_get_fd(session), events: own, revents: 0),
      pollfd(fd: descriptor, events: events, revents: 0),
    ]
    let count = poll(
      &polled,
      nfds_t(polled.count),
      SSHSocket.milliseconds(until: [deadline, next].compactMap(\.self).min())
    )
    if count > 0, polled[0].revents != 0 { cposix_event_clear(desk.wakeup) }
    if desk.isUnwanted { throw Self.canceled }
    try listen()
    return count > 0 ? polled[2].revents : 0
  }

  private func listen() throws(Failure) {
    guard let unanswered = probes else { return }
    let now = ContinuousClock.now
    if counter.pointee.in_bytes != lastCount {
      lastCount = counter.pointee.in_bytes
      lastHeard = now
      probes = 0
    } else if now >= lastHeard + target.keepAliveInterval * (unanswered + 1) {
      guard unanswered < target.keepAliveLimit else {
        throw Failure(
          .connectionClosed,
          "ssh-connection-lost",
          "\(target.peer) has not answered for \((now - lastHeard).components.seconds) seconds: the ssh connection counts as broken",
          advice: "Check that the board still runs, and its network."
        )
      }
      guard ssh_send_keepalive(session) == SSH_OK else { throw lost }
      probes = unanswered + 1
    }
  }
}
