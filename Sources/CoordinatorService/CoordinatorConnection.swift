// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Multinode
import NIOCore
import Pipeline
import YAMLDocument

/// One connection: reads one request, answers it, closes.
final class CoordinatorConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let coordinator: LocalCoordinator
  private let census: Census
  private let limits: CoordinatorServer.Limits
  private let clock: any PipelineClock
  private var received = ByteBuffer()
  private var length: Int?
  private var isRead = false
  /// Nil where the peer has too many connections.
  private var peer: String?
  private var timer: Scheduled<Void>?
  private var work: Task<Void, Never>?

  init(
    _ coordinator: LocalCoordinator,
    _ census: Census,
    _ limits: CoordinatorServer.Limits,
    _ clock: any PipelineClock
  ) {
    self.coordinator = coordinator
    self.census = census
    self.limits = limits
    self.clock = clock
  }

  func channelActive(context: ChannelHandlerContext) {
    let peer = context.channel.remoteAddress?.ipAddress ?? ""
    guard census.admit(peer) else { return context.close(promise: nil) }
    self.peer = peer
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: TimeAmount(limits.patience)) { channel.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    work?.cancel()
    if let peer { census.dismiss(peer) }
    peer = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isRead else { return }
    var piece = unwrapInboundIn(data)
    received.writeBuffer(&piece)
    if length == nil, let header = received.readBytes(length: WireFrame.headerSize) {
      guard let length = WireFrame.length(header), length <= WireFrame.longestRequest else {
        return context.close(promise: nil)
      }
      self.length = length
    }
    guard let length, let text = received.readBytes(length: length) else { return }
    isRead = true
    received = ByteBuffer()
    timer?.cancel()
    take(text, context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A peer that has said all is still to be answered; one that stops in the middle is not.
    if !isRead, case ChannelEvent.inputClosed = event { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func take(_ text: [UInt8], _ context: ChannelHandlerContext) {
    guard let value = WireText.value(of: text), value.mapping != nil else { return context.close(promise: nil) }
    let channel = context.channel
    switch WireRequest.read(value) {
    case .complete: context.close(promise: nil)
    case .refused: Self.answer(.refused, channel)
    case .request(let request): hold(request, channel)
    }
  }

  /// Asks, and answers when the answer is there, or `wait` when the peer has waited as long as it wants.
  private func hold(_ request: WireRequest, _ channel: any Channel) {
    let coordinator = coordinator
    let now = clock.now
    let work = Task { @Sendable in await Self.serve(request, coordinator, channel, at: now) }
    self.work = work
    guard let seconds = request.hold else { return }
    let limit = min(.seconds(seconds), limits.longestHold)
    timer = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { work.cancel() }
  }

  @concurrent private static func serve(
    _ request: WireRequest,
    _ coordinator: LocalCoordinator,
    _ channel: any Channel,
    at now: Duration
  ) async {
    var reply = GroupAnswer.wait
    do throws(Failure) {
      reply = try await coordinator.ask(
        request.request,
        of: request.member,
        in: request.group,
        size: request.size,
        holds: request.hold != nil,
        at: now
      )
    } catch {
      // Its time is over, or the peer has gone: it may ask again.
    }
    answer(reply, channel)
  }

  private static func answer(_ answer: GroupAnswer, _ channel: any Channel) {
    let bytes = WireFrame.bytes(of: answer.wireValue)
    channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { _ in channel.close(promise: nil) }
  }
}
