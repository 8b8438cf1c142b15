// SPDX-License-Identifier: Apache-2.0

import CPosix
import Files
import Glibc
import NIOCore
import TFTP

/// A file that a transfer reads: through a descriptor, so that one that is replaced meanwhile is not mixed with the
/// new one; or, in the text mode, from memory.
final class TFTPSource: Sendable {
  private enum Content: Sendable {
    case descriptor(Int32)
    case bytes([UInt8])
  }

  /// The text mode is for boot scripts and configurations; larger files are refused in it.
  private static let largestText = 16 << 20

  private let content: Content
  /// In bytes as they go over the wire.
  let size: Int

  init(_ path: String, mode: TFTPRequest.Mode) throws(TFTPError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TFTPError(.accessViolation, "the file cannot be read") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw TFTPError(.accessViolation, "this is no file")
    }
    let size = Int(status.st_size)
    guard mode == .netascii else {
      content = .descriptor(descriptor)
      self.size = size
      return
    }
    defer { close(descriptor) }
    guard size <= Self.largestText else { throw TFTPError(.illegalOperation, "too large for netascii: use octet") }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = bytes.withUnsafeMutableBytes { Self.read(descriptor, into: $0, from: 0) }
    guard count == size else { throw TFTPError(.accessViolation, "the file cannot be read") }
    let encoded = NetASCII.encoded(bytes)
    content = .bytes(encoded)
    self.size = encoded.count
  }

  deinit {
    if case .descriptor(let descriptor) = content { close(descriptor) }
  }

  /// Appends `count` bytes from `offset` on.
  ///
  /// - Returns: whether all of them were there.
  func append(to buffer: inout ByteBuffer, from offset: Int, count: Int) -> Bool {
    switch content {
    case .bytes(let bytes):
      buffer.writeBytes(bytes[offset..<(offset + count)])
      return true
    case .descriptor(let descriptor):
      return buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
        Self.read(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), from: offset)
      } == count
    }
  }

  /// - Returns: how many bytes there were, fewer at the end of the file or on an error.
  private static func read(_ descriptor: Int32, into space: UnsafeMutableRawBufferPointer, from offset: Int) -> Int {
    var filled = 0
    while filled < space.count {
      let count = pread(descriptor, space.baseAddress! + filled, space.count - filled, off_t(offset + filled))
      if count > 0 { filled += count } else if count == 0 || errno != EINTR { break }
    }
    return filled
  }
}

/// Sends one file to one client.
final class TFTPTransferHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private var transfer: TFTPTransfer
  private let source: TFTPSource
  private let client: SocketAddress
  private let name: String
  private let report: @Sendable (String) -> Void
  private let start = NIODeadline.now()
  private var timer: Scheduled<Void>?

  init(
    _ transfer: TFTPTransfer,
    from source: TFTPSource,
    to client: SocketAddress,
    name: String,
    report: @escaping @Sendable (String) -> Void
  ) {
    self.transfer = transfer
    self.source = source
    self.client = client
    self.name = name
    self.report = report
  }

  func channelActive(context: ChannelHandlerContext) {
    perform(context) { $0.start(at: $1, $2) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    guard envelope.remoteAddress == client else {
      return send(TFTPError(.unknownTransferID, "this transfer is another's"), to: envelope.remoteAddress, context)
    }
    do throws(TFTPError) {
      let packet = try TFTPPacket(envelope.data.readableBytesView)
      perform(context) { $0.receive(packet, at: $1, $2) }
    } catch {
      send(error, to: client, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A client whose port is closed makes the kernel report it here: it costs this transfer only.
    finish("TFTP: sending \(name) to \(client) failed: \(error)", context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
  }

  private func perform(
    _ context: ChannelHandlerContext,
    _ step: (inout TFTPTransfer, Duration, (TFTPTransfer.Effect) -> Void) -> Void
  ) {
    let now = Duration.nanoseconds((NIODeadline.now() - start).nanoseconds)
    var effects: [TFTPTransfer.Effect] = []
    step(&transfer, now) { effects.append($0) }
    for effect in effects { take(effect, context) }
    context.flush()
    timer?.cancel()
    guard !transfer.isOver else { return }
    let wait = transfer.deadline - now
    let nanoseconds = wait.components.seconds * 1_000_000_000 + wait.components.attoseconds / 1_000_000_000
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: .nanoseconds(max(0, nanoseconds))) {
      let (handler, context) = bound.value
      handler.perform(context) { $0.tick(at: $1, $2) }
    }
  }

  private func take(_ effect: TFTPTransfer.Effect, _ context: ChannelHandlerContext) {
    switch effect {
    case .sendOptionAcknowledgement(let options): write(TFTPPacket.bytes(acknowledging: options), context)
    case .sendError(let error): write(TFTPPacket.bytes(of: error), context)
    case .sendData(let block, let offset, let count):
      var buffer = context.channel.allocator.buffer(capacity: 4 + count)
      buffer.writeBytes(TFTPPacket.dataHeader(block: block))
      guard source.append(to: &buffer, from: offset, count: count) else {
        write(TFTPPacket.bytes(of: TFTPError(.notDefined, "the file has become shorter")), context)
        return finish("TFTP: \(name) became shorter while it was sent to \(client)", context)
      }
      context.write(wrapOutboundOut(AddressedEnvelope(remoteAddress: client, data: buffer)), promise: nil)
    case .finished: finish("TFTP: sent \(name) (\(source.size) bytes) to \(client)", context)
    case .failed(let reason): finish("TFTP: \(name) did not reach \(client): \(reason)", context)
    }
  }

  private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    let buffer = context.channel.allocator.buffer(bytes: bytes)
    context.write(wrapOutboundOut(AddressedEnvelope(remoteAddress: client, data: buffer)), promise: nil)
  }

  private func send(_ error: TFTPError, to address: SocketAddress, _ context: ChannelHandlerContext) {
    let buffer = context.channel.allocator.buffer(bytes: TFTPPacket.bytes(of: error))
    context.writeAndFlush(wrapOutboundOut(AddressedEnvelope(remoteAddress: address, data: buffer)), promise: nil)
  }

  private func finish(_ sentence: String, _ context: ChannelHandlerContext) {
    timer?.cancel()
    report(sentence)
    context.flush()
    context.close(promise: nil)
  }
}
