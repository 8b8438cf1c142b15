// SPDX-License-Identifier: Apache-2.0

internal import CZlib
internal import Diagnostics
internal import Glibc

/// gzip by zlib, which compares the length and the CRC of each member; libarchive's filter does not.
final class GzipStream: UnpackingStream {
  private static let inputSize = 1 << 16
  /// The largest window, and 16 for "gzip only" (zlib.h, `inflateInit2`).
  private static let windowBits: Int32 = 15 + 16

  private let descriptor: Int32
  private let name: String
  /// Has to stay where it is: zlib's state points back to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutablePointer<UInt8>
  private var hasEnded = false

  init(_ descriptor: Int32, name: String) throws(Failure) {
    self.descriptor = descriptor
    self.name = name
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(capacity: Self.inputSize)
    let status = inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw libarchiveOutOfMemory }
    guard try fill(), isAtMember else { throw .notCompressed(name, with: "gzip") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    guard !hasEnded else { return 0 }
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(clamping: buffer.count)
    let room = Int(stream.pointee.avail_out)
    while stream.pointee.avail_out > 0 {
      guard try hasInput() else { throw .damaged(name, "unexpected end of file") }
      switch inflate(stream, Z_NO_FLUSH) {
      case Z_OK: continue
      case Z_STREAM_END:
        guard try beginNextMember() else {
          hasEnded = true
          return room - Int(stream.pointee.avail_out)
        }
      default:
        throw .damaged(name, stream.pointee.msg.map { String(cString: $0) })
      }
    }
    return room
  }

  /// Whether the input stands at the magic number of a member (RFC 1952 §2.3.1).
  private var isAtMember: Bool {
    stream.pointee.avail_in > 1 && stream.pointee.next_in[0] == 0x1f && stream.pointee.next_in[1] == 0x8b
  }

  /// Goes on to the member behind the one that has ended, past padding. What follows and is no member is ignored, as
  /// gzip does.
  private func beginNextMember() throws(Failure) -> Bool {
    while try hasInput(), stream.pointee.next_in.pointee == 0 {
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
    // The magic number may be torn between two fillings.
    if stream.pointee.avail_in == 1 { _ = try fill() }
    return isAtMember && inflateReset(stream) == Z_OK
  }

  /// False at the end of the file.
  private func hasInput() throws(Failure) -> Bool { if stream.pointee.avail_in > 0 { true } else { try fill() } }

  /// Reads more input behind what is left. False at the end of the file.
  private func fill() throws(Failure) -> Bool {
    let rest = Int(stream.pointee.avail_in)
    if rest > 0 { memmove(input, stream.pointee.next_in, rest) }
    var count = Glibc.read(descriptor, input + rest, Self.inputSize - rest)
    while count < 0, errno == EINTR { count = Glibc.read(descriptor, input + rest, Self.inputSize - rest) }
    guard count >= 0 else {
      throw Failure(.infrastructure, "file-access", "cannot read '\(name)'", cause: String(cString: strerror(errno)))
    }
    stream.pointee.next_in = input
    stream.pointee.avail_in = UInt32(rest + count)
    return count > 0
  }
}
