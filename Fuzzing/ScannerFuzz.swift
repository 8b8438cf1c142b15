// SPDX-License-Identifier: Apache-2.0

internal import Signals

/// The scanner finds the same signals wherever a stream is cut, each where it says, and none that is not there.
enum ScannerFuzz {
  static func run(_ bytes: UnsafeRawBufferPointer) {
    let whole = scan([bytes])
    let cut = bytes.count > 1 ? Int(bytes[0]) * bytes.count / 256 : 0
    let pieces = [UnsafeRawBufferPointer(rebasing: bytes[..<cut]), UnsafeRawBufferPointer(rebasing: bytes[cut...])]
    precondition(scan(pieces) == whole, "cutting the stream changed what was found")
    var end = 0
    for signal in whole {
      precondition(signal.offset >= end, "signals overlap")
      precondition(bytes[signal.offset..<(signal.offset + signal.bytes.count)].elementsEqual(signal.bytes))
      precondition(signal.bytes.first == UInt8(ascii: "<") && signal.bytes.last == UInt8(ascii: ">"))
      end = signal.endOffset
    }
    precondition(end <= bytes.count, "a signal ends behind the stream")
  }

  private static func scan(_ pieces: [UnsafeRawBufferPointer]) -> [ScannedSignal] {
    var scanner = SignalScanner()
    var found: [ScannedSignal] = []
    for piece in pieces { scanner.scan(piece) { found.append($0) } }
    if let last = scanner.finish() { found.append(last) }
    return found
  }
}
