// SPDX-License-Identifier: Apache-2.0

internal import Glibc
import Signals

/// How fast the scanner finds the signals of a console log in memory, beside `memchr` that looks for `<` alone.
struct ScannerBenchmark {
  private static let repetitions = 9
  /// As large as the pieces that `pumice replay` reads.
  private static let pieceSize = 1 << 20

  let log: ConsoleLog

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    let bytes = try contents()
    defer { bytes.deallocate() }
    let logBytes = UnsafeRawBufferPointer(bytes)
    // In turns, so that both meet the machine in the same state.
    var scanTimes: [Duration] = []
    var searchTimes: [Duration] = []
    for _ in 0..<Self.repetitions {
      searchTimes.append(try medianTime(of: 1) { () throws(BenchmarkFailure) in try search(logBytes) })
      scanTimes.append(try medianTime(of: 1) { () throws(BenchmarkFailure) in try scan(logBytes) })
    }
    let scanTime = median(scanTimes)
    let searchTime = median(searchTimes)
    return [
      Measurement(
        what: "scanner, \(log.count.sizeText), \(ConsoleLog.signalCount) signals",
        measured: log.count.rateText(in: scanTime),
        comparison: "memchr('<') \(log.count.rateText(in: searchTime))",
        ratio: (searchTime / scanTime).percent,
        target: ("≥ 1 GB/s", Double(log.count) / scanTime.inSeconds >= 1e9)
      )
    ]
  }

  private func scan(_ bytes: UnsafeRawBufferPointer) throws(BenchmarkFailure) {
    var scanner = SignalScanner()
    var found = 0
    for piece in Self.pieces(bytes) { scanner.scan(piece) { _ in found += 1 } }
    if scanner.finish() != nil { found += 1 }
    guard found == ConsoleLog.signalCount else {
      throw BenchmarkFailure("the scanner found \(found) of \(ConsoleLog.signalCount) signals")
    }
  }

  private func search(_ bytes: UnsafeRawBufferPointer) throws(BenchmarkFailure) {
    var found = 0
    for piece in Self.pieces(bytes) {
      var rest = piece
      while let base = rest.baseAddress, let place = memchr(base, 0x3C, rest.count) {
        found += 1
        rest = UnsafeRawBufferPointer(rebasing: rest[(UnsafeRawPointer(place) - base + 1)...])
      }
    }
    guard found >= ConsoleLog.signalCount else { throw BenchmarkFailure("memchr found only \(found) times '<'") }
  }

  private static func pieces(_ bytes: UnsafeRawBufferPointer) -> some Sequence<UnsafeRawBufferPointer> {
    stride(from: 0, to: bytes.count, by: pieceSize).lazy.map { start in
      UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + pieceSize, bytes.count)])
    }
  }

  /// The log, in memory that the caller frees.
  private func contents() throws(BenchmarkFailure) -> UnsafeMutableRawBufferPointer {
    let descriptor = open(log.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BenchmarkFailure("\(log.path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: log.count, alignment: 64)
    var filled = 0
    while filled < bytes.count {
      let count = read(descriptor, bytes.baseAddress.map { $0 + filled }, bytes.count - filled)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        bytes.deallocate()
        throw BenchmarkFailure("\(log.path) cannot be read whole")
      }
      filled += count
    }
    return bytes
  }
}
