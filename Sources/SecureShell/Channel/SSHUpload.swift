// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Files
import Glibc
import ShellText

/// How a file got to a board.
package enum SSHUploadMethod: String, Sendable, Hashable, CaseIterable {
  /// By the `scp` program on the board.
  case scp
  /// By its SFTP server.
  case sftp
  /// Through `cat`, where it has neither.
  case cat
}

extension SSHConnection {
  /// Copies a file to the board, replacing what is there, by the first way that the board knows: `scp`, SFTP, `cat`.
  ///
  /// - Parameters:
  ///   - file: on this host.
  ///   - path: on the board, absolute.
  ///   - progress: told how many bytes are on their way, on the connection's thread.
  /// - Throws: `ssh-upload-failed` with the board's words, as far as it had any; `ssh-connection-lost`. What has come of
  ///   the file is removed, where the connection still stands.
  @discardableResult
  package func upload(
    _ file: String,
    to path: String,
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws(Failure) -> SSHUploadMethod {
    let size = try FileSystem.size(of: file)
    return try await perform { link throws(Failure) in
      let upload = SSHUpload(link: link, file: file, size: size, path: path, progress: progress)
      return try upload.run()
    }
  }
}

/// A file on its way to a board.
struct SSHUpload {
  let link: SSHLink
  let file: String
  let size: Int
  let path: String
  let progress: (@Sendable (Int) -> Void)?

  func run() throws(Failure) -> SSHUploadMethod {
    do throws(Failure) {
      if try copyBySCP() { return .scp }
      if try copyBySFTP() { return .sftp }
      try copyByCat()
      return .cat
    } catch {
      if error.code == Self.failed, link.isConnected {
        let channel = try SSHChannel(link)
        try channel.execute("rm -f \(ShellWord.quote(path))")
        channel.endInput()
        _ = try channel.finish()
      }
      throw error
    }
  }

  static let failed = "ssh-upload-failed"

  func failure(_ cause: String) -> Failure {
    Failure(
      .infrastructure,
      Self.failed,
      "cannot copy '\(file)' to \(link.target.peer):\(path)",
      advice: "Check that the folder is there, that the user may write to it, and that there is room.",
      cause: cause.isEmpty ? nil : cause
    )
  }

  /// Reads the file from its begin, piece by piece; nothing at its end.
  func pieces() throws(Failure) -> () throws(Failure) -> [UInt8] {
    let reader = try FileReader(file)
    var done = 0
    return { [size, progress, file] () throws(Failure) in
      let piece = try reader.read(min(SSHChannel.pieceSize, size - done))
      done += piece.count
      guard !piece.isEmpty || done == size else {
        throw Failure(.infrastructure, "file-changed", "'\(file)' was cut short")
      }
      progress?(done)
      return piece
    }
  }

  /// Lets a channel end whose program is not there, instead of closing it while the board still says so: dropbear
  /// (2022.83) ends the whole connection by an assertion (`!channel->sent_close`) where it speaks into a closed channel.
  ///
  /// - Returns: false: nothing was copied.
  private func letEnd(_ channel: SSHChannel) throws(Failure) -> Bool {
    channel.endInput()
    _ = try channel.finish()
    return false
  }

  // MARK: scp

  /// Speaks to `scp -t` (there is no text about its protocol but the programs): each message is answered by a zero byte,
  /// or by 1 or 2 and a line of what is wrong.
  ///
  /// - Returns: false where the board has no `scp`.
  private func copyBySCP() throws(Failure) -> Bool {
    let channel = try SSHChannel(link)
    try channel.execute("scp -qt \(ShellWord.quote(path))")
    guard try answer(channel) else { return try letEnd(channel) }
    try send(Array("C0644 \(size) \(Paths.name(of: path))\n".utf8), channel)
    try expectAnswer(channel)
    let next = try pieces()
    while true {
      let piece = try next()
      if piece.isEmpty { break }
      try send(piece, channel)
    }
    try send([0], channel)
    try expectAnswer(channel)
    channel.endInput()
    let outcome = try channel.finish()
    guard outcome.isSuccess else { throw failure(outcome.errorText) }
    return true
  }

  private func send(_ bytes: [UInt8], _ channel: SSHChannel) throws(Failure) {
    // Who has ended has said why.
    guard try channel.write(bytes) else { return try expectAnswer(channel) }
  }

  private func expectAnswer(_ channel: SSHChannel) throws(Failure) {
    guard try answer(channel) else { throw failure(try channel.finish().errorText) }
  }

  /// - Returns: false where nothing of the kind came.
  /// - Throws: what is wrong.
  private func answer(_ channel: SSHChannel) throws(Failure) -> Bool {
    var bytes = try channel.read()
    switch bytes.first {
    case 0:
      channel.putBack(bytes.dropFirst())
      return true
    case 1, 2:
      while !bytes.contains(UInt8(ascii: "\n")), bytes.count < 4096 {
        let more = try channel.read()
        if more.isEmpty { break }
        bytes += more
      }
      let line = bytes.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
      throw failure(String(decoding: line, as: UTF8.self))
    default: return false
    }
  }

  // MARK: SFTP

  /// - Returns: false where the board has no SFTP server.
  private func copyBySFTP() throws(Failure) -> Bool {
    let channel = try SSHChannel(link)
    guard try channel.startSFTP() else { return false }
    guard let transfer = try SFTPTransfer(channel, failure) else { return try letEnd(channel) }
    try transfer.write(path, try pieces())
    return true
  }

  // MARK: cat

  private func copyByCat() throws(Failure) {
    let channel = try SSHChannel(link)
    try channel.execute("cat > \(ShellWord.quote(path))")
    let outcome = try channel.finish(feeding: try pieces())
    guard outcome.isSuccess else { throw failure(outcome.errorText) }
  }
}
