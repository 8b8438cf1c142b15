// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Diagnostics
import Glibc
import Synchronization

/// A line that is open. Meant for one thread.
struct BoardLine: ~Copyable {
  /// How long a connection may take to come.
  private static let patience = Duration.seconds(10)

  /// Non-blocking.
  let descriptor: Int32
  private let isPort: Bool
  private var telnet: TelnetCodec?

  /// Opens it.
  ///
  /// - Parameter core: when that is to be closed, the attempt is over.
  init(_ address: LineAddress, for core: ConsoleCore? = nil) throws(Failure) {
    switch address {
    case .serial(let path, let settings):
      descriptor = try Self.openPort(path, settings, address)
      isPort = true
      telnet = nil
    case .tcp(let host, let port):
      descriptor = try Self.connect(host, port, address, core)
      isPort = false
      telnet = nil
    case .telnet(let host, let port):
      descriptor = try Self.connect(host, port, address, core)
      isPort = false
      telnet = TelnetCodec()
    }
  }

  deinit { if isPort { cposix_serial_close(descriptor) } else { close(descriptor) } }

  /// What the board said in bytes of the line, and what the line's other end is to be answered.
  mutating func receive(_ bytes: [UInt8]) -> (data: [UInt8], reply: [UInt8]) {
    telnet?.receive(bytes) ?? (bytes, [])
  }

  /// What goes over the line for bytes that are meant for the board.
  func encoded(_ bytes: [UInt8]) -> [UInt8] { telnet?.send(bytes) ?? bytes }

  // MARK: A serial port

  private static func openPort(
    _ path: String,
    _ settings: SerialSettings,
    _ address: LineAddress
  ) throws(Failure) -> Int32 {
    var request = cposix_serial_settings()
    request.baud = settings.baud
    request.data_bits = Int32(settings.dataBits)
    request.parity = settings.parity == .none ? 0 : settings.parity == .odd ? 1 : 2
    request.stop_bits = Int32(settings.stopBits)
    request.hardware_flow = settings.flow == .rtscts ? 1 : 0
    request.software_flow = settings.flow == .xonxoff ? 1 : 0
    let number = cposix_serial_open(path, &request)
    if number >= 0 { return number }
    switch -number {
    case EBUSY, EWOULDBLOCK:
      throw Failure(
        .infrastructure,
        "line-busy",
        "the serial port \(path) is in use by another program",
        advice: "End that ('fuser \(path)' names it): two readers would each get a part of what the board says.",
        cause: String(cString: strerror(-number))
      )
    case EACCES, EPERM:
      throw notOpened(address, -number, "Give this user access to \(path): on Debian, membership in the group dialout.")
    case ENOTTY: throw notOpened(address, -number, "Name a serial port: \(path) is something else.")
    default: throw notOpened(address, -number, "Check that the adapter is plugged in, and that the path is right.")
    }
  }

  // MARK: A connection

  private static func connect(
    _ host: String,
    _ port: UInt16,
    _ address: LineAddress,
    _ core: ConsoleCore?
  ) throws(Failure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let error = getaddrinfo(host, "\(port)", &hints, &list)
    guard error == 0 else {
      let words = String(cString: gai_strerror(error))
      throw notOpened(address, words, "Check the name '\(host)', and that this host can look it up.")
    }
    defer { freeaddrinfo(list) }
    let deadline = ContinuousClock.now + patience
    var last = ECONNREFUSED
    var next = list
    while let info = next?.pointee {
      let number = connect(info, until: deadline, core)
      if number >= 0 { return number }
      last = -number
      next = info.ai_next
    }
    throw notOpened(address, last, "Check that the console server runs and that \(host) can be reached.")
  }

  /// Returns a descriptor, or minus an errno.
  private static func connect(_ info: addrinfo, until deadline: ContinuousClock.Instant, _ core: ConsoleCore?) -> Int32
  {
    let type = info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let number = socket(info.ai_family, type, info.ai_protocol)
    guard number >= 0 else { return -errno }
    var error: Int32 = 0
    if Glibc.connect(number, info.ai_addr, info.ai_addrlen) != 0 {
      error = errno == EINPROGRESS ? waitForConnection(number, until: deadline, core) : errno
    }
    guard error == 0 else {
      close(number)
      return -error
    }
    // A line over which nothing is said for an hour is not noticed as dead otherwise; a key is sent without delay.
    for (level, name, value) in [
      (SOL_SOCKET, SO_KEEPALIVE, 1), (Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15), (Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5),
      (Int32(IPPROTO_TCP), TCP_KEEPCNT, 4), (Int32(IPPROTO_TCP), TCP_NODELAY, 1),
    ] as [(Int32, Int32, Int32)] {
      var value = value
      setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
    return number
  }

  /// Returns 0 or an errno.
  private static func waitForConnection(
    _ number: Int32,
    until deadline: ContinuousClock.Instant,
    _ core: ConsoleCore?
  ) -> Int32 {
    while true {
      var watched = [
        pollfd(fd: number, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: core?.wakeup ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&watched, 2, Optional(deadline).pollTime)
      if count < 0, errno == EINTR { continue }
      if count == 0 { return ETIMEDOUT }
      if let core, watched[1].revents != 0 {
        cposix_event_clear(core.wakeup)
        if core.state.withLock({ $0.teardown != nil }) { return ECANCELED }
      }
      guard watched[0].revents != 0 else { continue }
      var error: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &length)
      return error
    }
  }

  private static func notOpened(_ address: LineAddress, _ error: Int32, _ advice: String) -> Failure {
    notOpened(address, String(cString: strerror(error)), advice)
  }

  private static func notOpened(_ address: LineAddress, _ cause: String, _ advice: String) -> Failure {
    Failure(
      .infrastructure,
      "line-not-opened",
      "the console \(address) cannot be opened: \(cause)",
      advice: advice,
      cause: cause
    )
  }
}
