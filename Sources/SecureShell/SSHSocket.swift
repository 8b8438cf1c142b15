// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Consoles
import Diagnostics
import Glibc
import Synchronization

/// Reaching a peer by TCP.
enum SSHSocket {
  /// The addresses of a host, found out on a thread of its own: the resolver cannot be told to stop.
  private final class Lookup: Sendable {
    struct Address: Sendable {
      var family: Int32
      var bytes: [UInt8]
    }

    let wakeup: Int32
    let result = Mutex<Result<[Address], LookupError>?>(nil)

    struct LookupError: Error {
      var words: String
    }

    /// - Parameter wakeup: raised at the end, where there is somebody to be woken.
    init(_ peer: SSHPeer, wakeup: Int32) {
      self.wakeup = dup(wakeup)
      let error = OwnThread.start { [self] in finish(Self.addresses(of: peer)) }
      if error != 0 { finish(.failure(LookupError(words: String(cString: strerror(error))))) }
    }

    private func finish(_ found: Result<[Address], LookupError>) {
      result.withLock { $0 = found }
      cposix_event_raise(wakeup)
    }

    deinit { close(wakeup) }

    private static func addresses(of peer: SSHPeer) -> Result<[Address], LookupError> {
      var hints = addrinfo()
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      hints.ai_flags = AI_ADDRCONFIG
      var first: UnsafeMutablePointer<addrinfo>?
      let code = getaddrinfo(peer.host, String(peer.port), &hints, &first)
      guard code == 0 else { return .failure(LookupError(words: String(cString: gai_strerror(code)))) }
      defer { freeaddrinfo(first) }
      var found: [Address] = []
      var next = first
      while let entry = next?.pointee {
        let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
        found.append(Address(family: entry.ai_family, bytes: Array(bytes)))
        next = entry.ai_next
      }
      return .success(found)
    }
  }

  /// Connects to the first of a host's addresses that takes the connection.
  ///
  /// - Returns: a descriptor, non-blocking and close-on-exec.
  static func connect(
    to peer: SSHPeer,
    _ desk: SSHDesk,
    until deadline: ContinuousClock.Instant
  ) throws(Failure) -> Int32 {
    let lookup = Lookup(peer, wakeup: desk.wakeup)
    while lookup.result.withLock({ $0 == nil }) {
      guard ContinuousClock.now < deadline else {
        throw SSHLink.unreachable(peer, "its name could not be looked up in time")
      }
      try wait(desk, until: deadline)
    }
    guard let result = lookup.result.withLock({ $0 }) else { throw SSHLink.canceled }
    let addresses: [Lookup.Address]
    do { addresses = try result.get() } catch { throw SSHLink.unreachable(peer, error.words) }
    var cause = "it has no address"
    for address in addresses {
      switch try connect(to: address, desk, until: deadline) {
      case .success(let descriptor): return descriptor
      case .failure(let error): cause = String(cString: strerror(error.number))
      }
    }
    throw SSHLink.unreachable(peer, cause)
  }

  private struct SystemError: Error {
    var number: Int32
  }

  private static func connect(
    to address: Lookup.Address,
    _ desk: SSHDesk,
    until deadline: ContinuousClock.Instant
  ) throws(Failure) -> Result<Int32, SystemError> {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { return .failure(SystemError(number: errno)) }
    var isKept = false
    defer { if !isKept { close(descriptor) } }
    let code = address.bytes.withUnsafeBytes { bytes in
      Glibc.connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    if code != 0 {
      guard errno == EINPROGRESS else { return .failure(SystemError(number: errno)) }
      while try !wait(desk, until: deadline, writable: descriptor) {
        guard ContinuousClock.now < deadline else { return .failure(SystemError(number: ETIMEDOUT)) }
      }
      var error: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
      guard error == 0 else { return .failure(SystemError(number: error)) }
    }
    // What is typed is short, and waited for.
    var isOn: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
    isKept = true
    return .success(descriptor)
  }

  /// - Returns: whether the descriptor can be written to.
  @discardableResult
  private static func wait(
    _ desk: SSHDesk,
    until deadline: ContinuousClock.Instant,
    writable descriptor: Int32 = -1
  ) throws(Failure) -> Bool {
    var polled = [
      pollfd(fd: desk.wakeup, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
    ]
    guard poll(&polled, nfds_t(polled.count), milliseconds(until: deadline)) > 0 else { return false }
    if polled[0].revents != 0 { cposix_event_clear(desk.wakeup) }
    if desk.isUnwanted { throw SSHLink.canceled }
    return polled[1].revents != 0
  }

  /// As poll(2) takes it: rounded up, so that the deadline has passed when it returns; -1 waits for ever.
  static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    return Int32(min(max((deadline - .now) / .milliseconds(1), 0), 3_600_000).rounded(.up))
  }
}
