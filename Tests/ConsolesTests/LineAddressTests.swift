// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@testable import Consoles

/// Addresses of lines.
struct LineAddressTests {
  @Test func connections() throws {
    #expect(try LineAddress("telnet://rack-2:7007") == .telnet(host: "rack-2", port: 7007))
    #expect(try LineAddress("tcp://10.0.0.1:1") == .tcp(host: "10.0.0.1", port: 1))
    #expect(try LineAddress("tcp://[fe80::1%eth0]:65535") == .tcp(host: "fe80::1%eth0", port: 65535))
    #expect(try LineAddress("tcp://[::1]:7000").description == "tcp://[::1]:7000")
  }

  @Test func serialPorts() throws {
    #expect(try LineAddress("serial:///dev/ttyUSB0") == .serial(path: "/dev/ttyUSB0", SerialSettings()))
    let all = try LineAddress("serial:///dev/serial/by-id/a:b?baud=1500000&format=7E2&flow=rtscts")
    var settings = SerialSettings()
    settings.baud = 1_500_000
    settings.dataBits = 7
    settings.parity = .even
    settings.stopBits = 2
    settings.flow = .rtscts
    #expect(all == .serial(path: "/dev/serial/by-id/a:b", settings))
  }

  @Test(arguments: [
    "telnet://", "telnet://:7007", "telnet://host", "telnet://host:", "telnet://host:0", "telnet://host:65536",
    "telnet://host:-1", "telnet://user@host:1", "telnet://host/path:1", "telnet://::1:7007", "tcp://a b:1",
    "http://h:1",
    "serial://ttyUSB0", "serial:///", "serial:///dev/a\0b", "serial:///dev/t?baud", "serial:///dev/t?baud=0",
    "serial:///dev/t?baud=fast", "serial:///dev/t?baud=4294967297", "serial:///dev/t?speed=9600",
    "serial:///dev/t?format=9n1", "serial:///dev/t?format=8n", "serial:///dev/t?format=8n3", "serial:///dev/t?flow=yes",
  ])
  func mistakes(_ text: String) {
    #expect { try LineAddress(text) } throws: { ($0 as? Failure)?.code == "line-address" }
  }

  /// Programs are none.
  @Test(arguments: ["telnet rack-2 7007", "./telnet://x", "ssh://board", "telnet"])
  func programs(_ text: String) { #expect(!LineAddress.isMeant(by: text)) }
}

/// Telnet, by hand from its RFCs.
struct TelnetCodecTests {
  private static let (iac, will, wont, `do`, dont): (UInt8, UInt8, UInt8, UInt8, UInt8) = (255, 251, 252, 253, 254)
  /// What is asked for once the peer has shown that it speaks telnet, but for what it has offered itself.
  private static let (askNoGoAhead, askHisBinary, askOurBinary): ([UInt8], [UInt8], [UInt8]) =
    ([255, 253, 3], [255, 253, 0], [255, 251, 0])

  /// Every command may come in pieces.
  private func receive(_ bytes: [UInt8], _ codec: inout TelnetCodec) -> (data: [UInt8], reply: [UInt8]) {
    var whole: (data: [UInt8], reply: [UInt8]) = ([], [])
    for byte in bytes {
      let piece = codec.receive([byte])
      whole.data += piece.data
      whole.reply += piece.reply
    }
    return whole
  }

  /// A peer that only passes bytes on is sent nothing but those.
  @Test func silentPeer() {
    var codec = TelnetCodec()
    let (data, reply) = receive(Array("login: ".utf8), &codec)
    #expect(data == Array("login: ".utf8))
    #expect(reply == [])
  }

  @Test func escaping() {
    var codec = TelnetCodec()
    #expect(receive([1, 255, 255, 2], &codec).data == [1, 255, 2])
    #expect(codec.send([1, 255, 2]) == [1, 255, 255, 2])
  }

  /// RFC 854: a carriage return that is followed by nothing else is followed by a NUL, unless the line is binary.
  @Test func carriageReturns() {
    var codec = TelnetCodec()
    #expect(codec.send(Array("a\rb\r\nc\r".utf8)) == Array("a\r\0b\r\nc\r\0".utf8))
    #expect(receive(Array("a\r\0b\r\nc\0".utf8), &codec).data == Array("a\rb\r\nc\0".utf8))
    _ = receive([Self.iac, Self.will, 0, Self.iac, Self.do, 0], &codec)
    #expect(codec.send(Array("a\rb".utf8)) == Array("a\rb".utf8))
    #expect(receive(Array("a\r\0b".utf8), &codec).data == Array("a\r\0b".utf8))
  }

  /// What is offered is taken, once; what was asked for and is granted is not answered.
  @Test func options() {
    var codec = TelnetCodec()
    let first = receive([Self.iac, Self.will, 1], &codec).reply
    #expect(first == [Self.iac, Self.do, 1] + Self.askNoGoAhead + Self.askHisBinary + Self.askOurBinary)
    #expect(receive([Self.iac, Self.will, 1], &codec).reply == [])
    #expect(receive([Self.iac, Self.will, 3, Self.iac, Self.will, 0, Self.iac, Self.do, 0], &codec).reply == [])
    // Taken back: acknowledged, once.
    #expect(receive([Self.iac, Self.wont, 1], &codec).reply == [Self.iac, Self.dont, 1])
    #expect(receive([Self.iac, Self.wont, 1], &codec).reply == [])
    #expect(receive([Self.iac, Self.dont, 0], &codec).reply == [Self.iac, Self.wont, 0])
  }

  /// A terminal's type, its size, line mode: no.
  @Test(arguments: [UInt8(24), 31, 34, 36, 39, 255]) func refusals(_ option: UInt8) {
    var codec = TelnetCodec()
    let reply = receive([Self.iac, Self.do, option, Self.iac, Self.will, option], &codec).reply
    #expect(reply.starts(with: [Self.iac, Self.wont, option]))
    #expect(reply.suffix(3) == [Self.iac, Self.dont, option])
  }

  /// A peer that refuses what was asked for is not answered: no loop (RFC 1143).
  @Test func refusedByThePeer() {
    var codec = TelnetCodec()
    _ = receive([Self.iac, Self.wont, 5], &codec)
    #expect(receive([Self.iac, Self.wont, 0, Self.iac, Self.dont, 0, Self.iac, Self.wont, 3], &codec).reply == [])
  }

  /// Sub-negotiations and commands of two bytes leave nothing behind.
  @Test func rest() {
    var codec = TelnetCodec()
    let bytes: [UInt8] = [65, 255, 250, 24, 1, 255, 255, 66, 255, 240, 67, 255, 241, 68, 255, 242, 255, 249, 69]
    #expect(receive(bytes, &codec).data == [65, 67, 68, 69])
  }

  /// Any bytes at all: no more is answered than came, and the options of a peer that says everything come to rest.
  @Test func anything() {
    for option in UInt8.min...255 {
      var codec = TelnetCodec()
      for command in Self.will...Self.dont { _ = codec.receive([Self.iac, command, option]) }
      var reply: [UInt8] = []
      for _ in 0..<10 { reply += codec.receive([Self.iac, Self.wont, option, Self.iac, Self.dont, option]).reply }
      #expect(reply == [])
    }
  }
}
