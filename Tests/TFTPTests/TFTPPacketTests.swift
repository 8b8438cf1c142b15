// SPDX-License-Identifier: Apache-2.0

import HostTools
import TFTP
import Testing

/// Datagrams and options, good and bad (RFC 1350, 2347–2349, 7440).
@Suite struct TFTPPacketTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func aRequestWithOptions() throws {
    let packet = try TFTPPacket(bytes("\0\u{1}boot/Image\0OCTET\0blksize\01468\0TSize\00\0"))
    let options = [TFTPOption("blksize", "1468"), TFTPOption("tsize", "0")]
    #expect(packet == .request(TFTPRequest(.read, "boot/Image", options: options)))
  }

  @Test func otherPackets() throws {
    #expect(try TFTPPacket([0, 4, 1, 2]) == .acknowledgement(block: 0x102))
    #expect(try TFTPPacket([0, 5, 0, 8] + bytes("no\0")) == .error(TFTPError(.optionRefused, "no")))
    #expect(try TFTPPacket([0, 3, 0, 1, 9]) == .data)
    #expect(TFTPPacket.bytes(of: TFTPError(.fileNotFound, "no")) == [0, 5, 0, 1] + bytes("no\0"))
    #expect(TFTPPacket.bytes(acknowledging: [TFTPOption("tsize", "7")]) == [0, 6] + bytes("tsize\07\0"))
    #expect(TFTPPacket.dataHeader(block: 0x1234) == [0, 3, 0x12, 0x34])
  }

  @Test(arguments: [
    [], [0], [0, 0], [0, 9], [0xFF, 0xFF], [0, 1], [0, 1, 0x61], [0, 1, 0x61, 0], [0, 1, 0, 0x61, 0], [0, 4],
    [0, 4, 1],
    [0, 1, 0x61, 0, 0x6D, 0x61, 0x69, 0x6C, 0],
    Array("\0\u{1}a\0octet\0blksize\0".utf8), Array("\0\u{1}a\0octet\0blksize".utf8),
  ])
  func whatIsNoPacketIsAnIllegalOperation(_ bytes: [UInt8]) {
    let error = #expect(throws: TFTPError.self) { try TFTPPacket(bytes) }
    #expect(error?.code == 4)
  }

  @Test func termsAreWhatTheRFCsAllow() throws {
    func terms(_ name: String, _ value: String) throws -> TFTPTerms {
      try TFTPTerms(for: TFTPRequest(.read, "f", options: [TFTPOption(name, value)]), size: 99)
    }
    #expect(try terms("blksize", "8").blockSize == 8)
    #expect(try terms("blksize", "65464").acknowledged == [TFTPOption("blksize", "65464")])
    // The server may take less than was asked for.
    #expect(try terms("blksize", "65535").acknowledged == [TFTPOption("blksize", "65464")])
    #expect(try terms("tsize", "0").acknowledged == [TFTPOption("tsize", "99")])
    let empty = TFTPRequest(.read, "f", options: [TFTPOption("tsize", "0")])
    #expect(try TFTPTerms(for: empty, size: 0).acknowledged.isEmpty, "curl takes a size of 0 for an error")
    #expect(try terms("timeout", "255").timeout == .seconds(255))
    #expect(try terms("windowsize", "64").windowSize == 64)
    #expect(try terms("windowsize", "65535").acknowledged == [TFTPOption("windowsize", "8192")])
    #expect(try terms("multicast", "").acknowledged.isEmpty)
    for (name, value) in [
      ("blksize", "7"), ("blksize", "0"), ("blksize", "-1"), ("blksize", "x"), ("blksize", ""), ("blksize", "65536"),
      ("timeout", "0"), ("timeout", "256"), ("windowsize", "0"), ("windowsize", "65536"), ("tsize", "-1"),
    ] {
      let error = #expect(throws: TFTPError.self) { try terms(name, value) }
      #expect(error?.code == 8, "\(name)=\(value)")
    }
  }

  @Test func aWindowOfLargeBlocksStaysWithinFourMebibytes() throws {
    let options = [TFTPOption("blksize", "65464"), TFTPOption("windowsize", "64")]
    #expect(try TFTPTerms(for: TFTPRequest(.read, "f", options: options), size: 1).windowSize == 64)
  }

  @Test func textMode() {
    #expect(NetASCII.encoded(bytes("a\nb\rc\r\n")) == bytes("a\r\nb\r\0c\r\0\r\n"))
  }

  /// Any bytes are a packet or an error, never a crash.
  @Test func anyBytes() {
    var random = SeededGenerator(state: 1)
    for _ in 0..<20_000 {
      var bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if bytes.count > 1 { bytes[0] = 0 }
      if bytes.count > 1 { bytes[1] %= 8 }
      guard case .request(let request)? = try? TFTPPacket(bytes) else { continue }
      _ = try? TFTPTerms(for: request, size: 10)
    }
  }
}
