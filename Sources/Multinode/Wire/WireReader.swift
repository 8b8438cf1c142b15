// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// Reads one JSON text.
struct WireReader {
  private static let deepest = 32

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func readAll() -> YAMLValue? {
    guard let value = read(depth: 0) else { return nil }
    skipBlanks()
    return index == bytes.count ? value : nil
  }

  private mutating func skipBlanks() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard index < bytes.count, bytes[index] == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  private mutating func take(word: StaticString) -> Bool {
    word.withUTF8Buffer { word in
      guard bytes[index...].starts(with: word) else { return false }
      index += word.count
      return true
    }
  }

  private mutating func read(depth: Int) -> YAMLValue? {
    skipBlanks()
    guard depth <= Self.deepest, index < bytes.count else { return nil }
    switch bytes[index] {
    case UInt8(ascii: "{"): return readObject(depth)
    case UInt8(ascii: "["): return readArray(depth)
    case UInt8(ascii: "\""): return readText().map { .string($0) }
    case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
    case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
    default: return readNumber()
    }
  }

  private mutating func readObject(_ depth: Int) -> YAMLValue? {
    index += 1
    var pairs: [YAMLValue.Pair] = []
    var places: [String: Int] = [:]
    if take("}") { return .mapping([]) }
    repeat {
      skipBlanks()
      guard let key = readText(), take(":"), let value = read(depth: depth + 1) else { return nil }
      // Of a key that is there twice the last one counts, as in Python.
      if let place = places[key] {
        pairs[place].value = value
      } else {
        places[key] = pairs.count
        pairs.append(.init(.string(key), value))
      }
    } while take(",")
    return take("}") ? .mapping(pairs) : nil
  }

  private mutating func readArray(_ depth: Int) -> YAMLValue? {
    index += 1
    var items: [YAMLValue] = []
    if take("]") { return .sequence([]) }
    repeat {
      guard let item = read(depth: depth + 1) else { return nil }
      items.append(item)
    } while take(",")
    return take("]") ? .sequence(items) : nil
  }

  private mutating func readNumber() -> YAMLValue? {
    let start = index
    var isWhole = true
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
      case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isWhole = false
      default:
        return number(bytes[start..<index], isWhole)
      }
      index += 1
    }
    return number(bytes[start..<index], isWhole)
  }

  private func number(_ digits: ArraySlice<UInt8>, _ isWhole: Bool) -> YAMLValue? {
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count <= 64, let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "."),
      let last = digits.last, last != UInt8(ascii: ".")
    else { return nil }
    let magnitude = first == UInt8(ascii: "-") ? digits.dropFirst() : digits
    if magnitude.first == UInt8(ascii: "0"), let next = magnitude.dropFirst().first, next >= UInt8(ascii: "0"),
      next <= UInt8(ascii: "9")
    {
      return nil
    }
    if isWhole, let number = Int(text) { return .int(number) }
    guard let number = Double(text), number.isFinite else { return nil }
    return .float(number)
  }

  private mutating func readText() -> String? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
    index += 1
    var units: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(validating: units, as: UTF8.self)
      case UInt8(ascii: "\\"): guard readEscape(&units) else { return nil }
      case 0..<0x20: return nil
      default: units.append(byte)
      }
    }
    return nil
  }

  private mutating func readEscape(_ units: inout [UInt8]) -> Bool {
    guard index < bytes.count else { return false }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "u"):
      guard let unit = readUnit() else { return false }
      units += String(decoding: [unit] + lowSurrogate(after: unit), as: UTF16.self).utf8
    default: return false
    }
    return true
  }

  /// The second half of a pair, where there is one; a half alone becomes U+FFFD.
  private mutating func lowSurrogate(after unit: UInt16) -> [UInt16] {
    guard 0xD800..<0xDC00 ~= unit, bytes[index...].starts(with: "\\u".utf8) else { return [] }
    let start = index
    index += 2
    if let low = readUnit(), 0xDC00..<0xE000 ~= low { return [low] }
    index = start
    return []
  }

  private mutating func readUnit() -> UInt16? {
    guard index + 4 <= bytes.count else { return nil }
    var value: UInt16 = 0
    for byte in bytes[index..<(index + 4)] {
      guard let digit = byte.hexDigit else { return nil }
      value = value << 4 | UInt16(digit)
    }
    index += 4
    return value
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit.
  var hexDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
