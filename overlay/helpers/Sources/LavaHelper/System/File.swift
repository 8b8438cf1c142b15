// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// Files of the board, whole.
enum File {
  /// The bytes of a file; `nil` when it cannot be read (`errno` tells why).
  @inline(never)
  static func read(_ path: Bytes) -> Bytes? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: Bytes = []
    while let piece = readPiece(descriptor) {
      if piece.isEmpty { return bytes }
      bytes.append(piece)
    }
    return nil
  }

  /// The first bytes of a file, up to 4,096; `nil` when it cannot be read.
  static func beginning(of path: Bytes) -> Bytes? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readPiece(descriptor)
  }

  /// Reads what comes next, up to so many bytes.
  ///
  /// - Returns: none at the end; `nil` when nothing can be read (`errno` tells why).
  @inline(never)
  static func readPiece(_ descriptor: Int32, _ count: Int = 4096) -> Bytes? {
    var piece = Bytes(repeating: 0, count: count)
    while true {
      let count = piece.withUnsafeMutableBytes { CBoard.read(descriptor, $0.baseAddress!, $0.count) }
      if count >= 0 { return piece.part(0..<count) }
      if board_errno() != EINTR { return nil }
    }
  }

  /// The bytes of a file of the system; none when it cannot be read.
  @inline(never)
  static func content(_ path: StaticString) -> Bytes {
    read(Bytes(path)) ?? []
  }

  /// Replaces the content of a file, or appends to it.
  ///
  /// - Returns: whether that succeeded; `errno` tells why not.
  @inline(never)
  static func write(_ bytes: Bytes, to path: Bytes, appending: Bool = false) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | (appending ? O_APPEND : O_TRUNC))
    guard descriptor >= 0 else { return false }
    let isWritten = Output.write(bytes, to: descriptor)
    return close(descriptor) == 0 && isWritten
  }

  /// Opens a file; children do not inherit it.
  ///
  /// - Returns: a descriptor, or -1 (`errno` tells why).
  @inline(never)
  static func open(_ path: Bytes, _ flags: Int32) -> Int32 {
    path.withCString { board_open($0, flags | O_CLOEXEC, 0o644) }
  }

  /// Whether a path exists.
  @inline(never)
  static func exists(_ path: Bytes) -> Bool {
    path.withCString { access($0, F_OK) } == 0
  }

  /// Removes a file.
  static func remove(_ path: Bytes) {
    _ = path.withCString { unlink($0) }
  }

  /// Makes a directory and those above it that are missing.
  ///
  /// - Returns: whether it is there; `errno` tells why not.
  @inline(never)
  static func makeDirectory(_ path: Bytes) -> Bool {
    // Most often those above it are there.
    if makeOneDirectory(path) || board_errno() == EEXIST { return true }
    if board_errno() != ENOENT { return false }
    var end = 0
    while true {
      end = path.index(of: UInt8(ascii: "/"), from: end + 1) ?? path.count
      let isMade = makeOneDirectory(path.part(0..<end))
      if end == path.count { return isMade || board_errno() == EEXIST }
    }
  }

  @inline(never)
  private static func makeOneDirectory(_ path: Bytes) -> Bool {
    path.withCString { mkdir($0, 0o755) } == 0
  }

  /// `directory/name`.
  @inline(never)
  static func path(_ directory: Bytes, _ name: StaticString) -> Bytes {
    var path = directory
    path.append("/")
    path.append(name)
    return path
  }

  /// An absolute path for one that may be relative to the working directory.
  static func absolute(_ path: Bytes) -> Bytes {
    guard !path.begins(with: "/"), let directory = getcwd(nil, 0) else { return path }
    var absolute = bytes(directory)
    free(directory)
    absolute.append("/")
    absolute.append(path)
    return absolute
  }
}
