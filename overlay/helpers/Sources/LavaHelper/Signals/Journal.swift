// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// The file in which each signal stands before it is printed, so that the host can ask for what it has not seen
/// (docs/Signals.md, "Journal"). A journal that cannot be used never keeps a signal from being printed.
struct Journal {
  /// Where it is.
  let path: Bytes

  /// The journal of the run that this helper is a part of; `nil` when there is none.
  static var current: Journal? {
    let path = Environment.has("LAVA_JOURNAL") ? Environment.value("LAVA_JOURNAL") : Board.file(".journal") ?? []
    let line = path.part(0..<(path.index(of: .newline) ?? path.count))
    return line.isEmpty ? nil : Journal(path: line)
  }

  /// Begins a new journal; an older one at this path is kept as `journal-<its epoch>`.
  ///
  /// - Returns: `nil` when it cannot be written; `errno` tells why.
  static func begin(at path: Bytes, nonce: Bytes, epoch: UInt64) -> Journal? {
    if let older = File.beginning(of: path) {
      let kept = unusedPath(path, from: JournalText.start(older)?.epoch ?? epoch).path
      _ = path.withCString { path in kept.withCString { kept in rename(path, kept) } }
    }
    let isWritten = File.write(JournalText.header(nonce: nonce, epoch: epoch), to: path)
    return isWritten ? Journal(path: path) : nil
  }

  /// `path-<epoch>` for the first epoch, from the given one on, at which there is no such file.
  static func unusedPath(_ path: Bytes, from epoch: UInt64) -> (path: Bytes, epoch: UInt64) {
    var epoch = epoch
    while true {
      var candidate = path
      candidate.append("-")
      candidate.append(decimal: epoch)
      if !File.exists(candidate) { return (candidate, epoch) }
      epoch += 1
    }
  }

  /// Takes the next number for a signal, journals it and prints it, with no other signal in between.
  ///
  /// - Parameters:
  ///   - isLast: whether the runner ends with this signal: the journal is closed with it.
  ///   - print: prints a line. It is called exactly once: with the trailer when the signal is journalled, else without.
  func append(signal: Bytes, isLast: Bool, print: (Bytes) -> Void) {
    let isPrinted = withLock { file in
      let numbered = NumberedSignal(number: file.tail.lastNumber + 1, text: signal, nonce: file.nonce)
      var records = numbered.record
      if isLast { records.append(JournalText.end(count: numbered.number)) }
      guard file.append(records) else { return false }
      print(numbered.line)
      return true
    }
    if !isPrinted { print(signal) }
  }

  /// Journals a record that is not printed.
  func append(record: Bytes) {
    _ = withLock { $0.append(record) }
  }

  /// Calls `body` with the file while no other helper writes to it.
  ///
  /// - Returns: what `body` returns; false when the file is not a journal, is closed or cannot be locked.
  private func withLock(_ body: (OpenJournal) -> Bool) -> Bool {
    let descriptor = File.open(path, O_RDWR | O_APPEND)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      if board_errno() != EINTR { return false }
    }
    guard let file = OpenJournal(descriptor), !file.tail.isClosed else { return false }
    return body(file)
  }
}

/// A journal that this process has locked.
private struct OpenJournal {
  let descriptor: Int32
  let nonce: Bytes
  let tail: JournalTail
  /// How many bytes the whole records take.
  let length: off_t
  /// How many bytes there are.
  let size: off_t

  /// - Returns: `nil` when the file has no header of a journal or cannot be read.
  init?(_ descriptor: Int32) {
    self.descriptor = descriptor
    size = lseek(descriptor, 0, SEEK_END)
    guard size > 0, let head = Self.read(descriptor, from: 0, count: min(size, 128)),
      let start = JournalText.start(head)
    else { return nil }
    nonce = start.nonce
    var span = min(size, 1024)
    while true {
      guard let bytes = Self.read(descriptor, from: size - span, count: span) else { return nil }
      if let tail = JournalTail(bytes, isWhole: span == size) {
        self.tail = tail
        length = size - span + off_t(tail.wholeLength)
        return
      }
      span = min(size, span * 4)
    }
  }

  /// Appends whole records; what an interrupted writer has left of a record is cut off first.
  ///
  /// - Returns: whether they are in the file. When not, the file is as it was.
  func append(_ records: Bytes) -> Bool {
    if length < size, ftruncate(descriptor, length) != 0 { return false }
    if Output.write(records, to: descriptor) { return true }
    _ = ftruncate(descriptor, length)
    return false
  }

  private static func read(_ descriptor: Int32, from offset: off_t, count: off_t) -> Bytes? {
    var bytes = Bytes(repeating: 0, count: Int(count))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + filled, $0.count - filled, offset + off_t(filled))
      }
      if count <= 0 {
        if count < 0, board_errno() == EINTR { continue }
        return nil
      }
      filled += count
    }
    return bytes
  }
}
