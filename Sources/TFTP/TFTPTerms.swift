// SPDX-License-Identifier: Apache-2.0

/// What server and client agree on for one transfer: options of the request, as far as the server takes them
/// (RFC 2348 blksize, RFC 2349 tsize and timeout, RFC 7440 windowsize).
package struct TFTPTerms: Sendable, Hashable {
  /// Bytes of a block, 8 to 65,464; 512 without the option.
  package private(set) var blockSize = 512
  /// Blocks that are sent before an acknowledgement is awaited; 1 without the option.
  package private(set) var windowSize = 1
  /// After what silence the server sends again at the latest.
  package private(set) var timeout = Duration.seconds(1)
  /// What the client is told; empty where it asked for nothing that is known: then there is no acknowledgement of options.
  package private(set) var acknowledged: [TFTPOption] = []

  /// At most this many bytes are under way at once, whatever window a client asks for.
  private static let largestWindow = 4 << 20
  private static let blockSizes = 8...65_464

  /// - Parameter size: of the file, in bytes as they go over the wire.
  /// - Throws: code 8 for a value that an RFC does not allow. Unknown options are left out, as RFC 2347 says.
  package init(for request: TFTPRequest, size: Int) throws(TFTPError) {
    for option in request.options {
      switch option.name {
      case "blksize":
        blockSize = min(try Self.number(option, in: 8...Int(UInt16.max)), Self.blockSizes.upperBound)
        acknowledged.append(TFTPOption("blksize", "\(blockSize)"))
      case "tsize":
        _ = try Self.number(option, in: 0...Int.max)
        // curl takes a size of 0 for an error.
        if size > 0 { acknowledged.append(TFTPOption("tsize", "\(size)")) }
      case "timeout":
        let seconds = try Self.number(option, in: 1...255)
        timeout = .seconds(seconds)
        acknowledged.append(TFTPOption("timeout", "\(seconds)"))
      case "windowsize":
        windowSize = try Self.number(option, in: 1...Int(UInt16.max))
        acknowledged.append(option)
      default: break
      }
    }
    // Block numbers have 16 bits: a window of half of them can be told from the one before.
    windowSize = max(1, min(windowSize, Self.largestWindow / blockSize, Int(UInt16.max) / 2))
    if let index = acknowledged.firstIndex(where: { $0.name == "windowsize" }) {
      acknowledged[index].value = "\(windowSize)"
    }
  }

  private static func number(_ option: TFTPOption, in range: ClosedRange<Int>) throws(TFTPError) -> Int {
    guard let number = Int(option.value), range.contains(number) else {
      throw TFTPError(
        .optionRefused,
        "\(option.name) should be \(range.lowerBound) to \(range.upperBound), not '\(option.value.prefix(16))'"
      )
    }
    return number
  }
}
