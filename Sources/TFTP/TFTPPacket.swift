// SPDX-License-Identifier: Apache-2.0

/// A packet of the Trivial File Transfer Protocol (RFC 1350, options by RFC 2347), but for DATA, which only servers of
/// files send here.
package enum TFTPPacket: Sendable, Hashable {
  case request(TFTPRequest)
  /// The block that has arrived, and with it all before.
  case acknowledgement(block: UInt16)
  case data
  case error(TFTPError)
  case optionAcknowledgement([TFTPOption])

  private enum Opcode {
    static let read: UInt16 = 1
    static let write: UInt16 = 2
    static let data: UInt16 = 3
    static let acknowledgement: UInt16 = 4
    static let error: UInt16 = 5
    static let optionAcknowledgement: UInt16 = 6
  }

  /// Reads a datagram.
  ///
  /// - Throws: the answer that RFC 1350 has for what is no packet: code 4, an illegal operation.
  package init(_ bytes: some Collection<UInt8>) throws(TFTPError) {
    var reader = FieldReader(Array(bytes))
    guard let opcode = reader.number() else { throw TFTPError(.illegalOperation, "a packet without an operation") }
    switch opcode {
    case Opcode.read: self = .request(try TFTPRequest(.read, &reader))
    case Opcode.write: self = .request(try TFTPRequest(.write, &reader))
    case Opcode.data: self = .data
    case Opcode.acknowledgement:
      guard let block = reader.number() else {
        throw TFTPError(.illegalOperation, "an acknowledgement without a block number")
      }
      self = .acknowledgement(block: block)
    case Opcode.error:
      self = .error(TFTPError(code: reader.number() ?? 0, reader.text() ?? ""))
    case Opcode.optionAcknowledgement:
      self = .optionAcknowledgement(try reader.options())
    default:
      throw TFTPError(.illegalOperation, "there is no operation \(opcode)")
    }
  }

  /// The first four bytes of a DATA packet; the block's bytes follow.
  package static func dataHeader(block: UInt16) -> [UInt8] {
    [0, UInt8(Opcode.data), UInt8(block >> 8), UInt8(block & 0xFF)]
  }

  /// An ERROR packet.
  package static func bytes(of error: TFTPError) -> [UInt8] {
    var bytes = [0, UInt8(Opcode.error), UInt8(error.code >> 8), UInt8(error.code & 0xFF)]
    bytes += error.message.utf8
    bytes.append(0)
    return bytes
  }

  /// An OACK packet (RFC 2347).
  package static func bytes(acknowledging options: [TFTPOption]) -> [UInt8] {
    var bytes = [0, UInt8(Opcode.optionAcknowledgement)]
    for text in options.flatMap({ [$0.name, $0.value] }) {
      bytes += text.utf8
      bytes.append(0)
    }
    return bytes
  }
}

/// One option of a request or of its acknowledgement (RFC 2347).
package struct TFTPOption: Sendable, Hashable {
  /// In lower case: names of options are the same in any.
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What an ERROR packet says.
package struct TFTPError: Error, Sendable, Hashable {
  /// RFC 1350, appendix; 8 is of RFC 2347.
  package enum Code: UInt16, Sendable {
    case notDefined = 0
    case fileNotFound = 1
    case accessViolation = 2
    case diskFull = 3
    case illegalOperation = 4
    case unknownTransferID = 5
    case optionRefused = 8
  }

  /// As on the wire; peers may send codes that no RFC has.
  package var code: UInt16
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.init(code: code.rawValue, message)
  }

  package init(code: UInt16, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// What a client asks for first.
package struct TFTPRequest: Sendable, Hashable {
  package enum Operation: Sendable, Hashable {
    case read, write
  }

  /// How bytes are written on the wire.
  package enum Mode: String, Sendable, Hashable {
    /// As they are.
    case octet
    /// Lines end in CR LF, a CR that is none of those is followed by NUL.
    case netascii
  }

  package var operation: Operation
  /// As the client wrote it: nothing is known of it.
  package var fileName: String
  package var mode: Mode
  package var options: [TFTPOption]

  package init(_ operation: Operation, _ fileName: String, mode: Mode = .octet, options: [TFTPOption] = []) {
    self.operation = operation
    self.fileName = fileName
    self.mode = mode
    self.options = options
  }

  init(_ operation: Operation, _ reader: inout FieldReader) throws(TFTPError) {
    guard let fileName = reader.text(), !fileName.isEmpty else {
      throw TFTPError(.illegalOperation, "a request without the name of a file")
    }
    guard let word = reader.text() else { throw TFTPError(.illegalOperation, "a request without a mode") }
    guard let mode = Mode(rawValue: word.lowercased()) else {
      throw TFTPError(.illegalOperation, "there is no mode '\(word.prefix(16))' here, only octet and netascii")
    }
    self.init(operation, fileName, mode: mode, options: try reader.options())
  }
}

/// Takes a datagram apart.
struct FieldReader {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  /// Sixteen bits, the high ones first.
  mutating func number() -> UInt16? {
    guard bytes.count >= 2, let high = bytes.popFirst(), let low = bytes.popFirst() else { return nil }
    return UInt16(high) << 8 | UInt16(low)
  }

  /// Text up to a zero byte; nil where there is no such byte any more.
  mutating func text() -> String? {
    guard let end = bytes.firstIndex(of: 0) else { return nil }
    defer { bytes = bytes[(end + 1)...] }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// All that is left, as pairs of texts.
  mutating func options() throws(TFTPError) -> [TFTPOption] {
    var options: [TFTPOption] = []
    while !bytes.isEmpty {
      guard let name = text(), let value = text() else {
        throw TFTPError(.illegalOperation, "an option without its value")
      }
      options.append(TFTPOption(name.lowercased(), value))
    }
    return options
  }
}
