// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Multinode
import NIOCore
import NIOPosix
package import Pipeline
import YAMLDocument

/// A member of a group whose coordinator is another process: Pumice's, which holds a request until its answer is there, or
/// LAVA's, which is asked again and again (spec multinode §3.2).
package struct RemoteSeat: GroupFace {
  /// How long a coordinator may take to answer.
  private static let patience = Duration.seconds(60)
  /// What is asked for at once; less than LAVA's clients wait for an answer.
  private static let hold = 40

  package let member: GroupMember
  private let group: String
  private let size: Int
  private let settings: CoordinatorSettings
  private let clock: any PipelineClock

  /// - Parameter clock: that its pauses are measured by.
  package init(
    _ member: GroupMember,
    in group: String,
    of size: Int,
    _ settings: CoordinatorSettings,
    clock: any PipelineClock = SystemClock()
  ) {
    self.member = member
    self.group = group
    self.size = size
    self.settings = settings
    self.clock = clock
  }

  package func ask(_ request: GroupRequest) async throws(Failure) -> GroupAnswer {
    let isWaiting: Bool =
      switch request {
      case .send, .leave: false
      case .join, .wait, .waitAll, .sync: true
      }
    let wire = WireRequest(request, of: member, in: group, size: size, hold: isWaiting ? Self.hold : nil)
    let frame = WireFrame.bytes(of: wire.value(settings.base))
    guard frame.count - WireFrame.headerSize <= WireFrame.longestRequest else {
      throw Failure(
        .job,
        "long-message",
        "Message was too long to send!",
        advice: "A message of a group has at most \(WireFrame.longestRequest) bytes with all that belongs to it."
      )
    }
    var delay = settings.pollDelay
    while true {
      if Task.isCancelled { throw Self.canceled }
      let start = clock.now
      if let text = try await exchange(frame, isLast: !isWaiting && delay > settings.pollDelay * 5) {
        guard let value = WireText.value(of: text), let answer = GroupAnswer(value, to: request) else {
          throw Failure(
            .infrastructure,
            "coordinator-answer",
            "the coordinator at \(settings.host):\(settings.port) does not speak LAVA's protocol",
            advice: "Look what listens there."
          )
        }
        if answer != .wait { return answer }
        // One that has held the request may be asked again at once.
        if clock.now - start > .seconds(1) { continue }
        try await pause(settings.pollDelay)
      } else {
        try await pause(delay)
        delay += .seconds(2)
      }
    }
  }

  package func standing(of request: GroupRequest) async -> String? { nil }

  private static let canceled = Failure(.canceled, "group-canceled", "nobody waits for the group's answer any more")

  private func pause(_ time: Duration) async throws(Failure) {
    do throws(CancellationError) {
      try await clock.sleep(for: time)
    } catch {
      throw Self.canceled
    }
  }

  /// Sends a request and reads what comes back; nil where the coordinator cannot be reached, which may pass.
  ///
  /// - Parameter isLast: it has been tried often enough.
  private func exchange(_ frame: [UInt8], isLast: Bool) async throws(Failure) -> [UInt8]? {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(Self.patience))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(AnswerReader(Self.patience, channel.eventLoop))
          }
        }
        .connect(host: settings.host, port: settings.port)
        .get()
      return try await withTaskCancellationHandler {
        if Task.isCancelled { channel.close(promise: nil) }
        let answer = try await channel.pipeline.handler(type: AnswerReader.self).map { reader in reader.answer }.get()
        try await channel.writeAndFlush(ByteBuffer(bytes: frame)).get()
        return try await answer.get()
      } onCancel: {
        channel.close(promise: nil)
      }
    } catch {
      if Task.isCancelled { throw Self.canceled }
      guard isLast else { return nil }
      throw Failure(
        .infrastructure,
        "no-coordinator",
        "the coordinator at \(settings.host):\(settings.port) does not answer",
        advice: "Start one there ('pumice coordinator', or LAVA's), or look whether a firewall is between.",
        cause: "\(error)"
      )
    }
  }
}

/// Reads one answer.
private final class AnswerReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private struct Cut: Error {}

  private let promise: EventLoopPromise<[UInt8]>
  let answer: EventLoopFuture<[UInt8]>
  private let patience: Duration
  private var received = ByteBuffer()
  private var length: Int?
  private var timer: Scheduled<Void>?

  init(_ patience: Duration, _ eventLoop: any EventLoop) {
    self.patience = patience
    promise = eventLoop.makePromise()
    answer = promise.futureResult
  }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: TimeAmount(patience)) { channel.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var piece = unwrapInboundIn(data)
    received.writeBuffer(&piece)
    if length == nil, let header = received.readBytes(length: WireFrame.headerSize) {
      guard let length = WireFrame.length(header), length <= WireFrame.longestAnswer else {
        return context.close(promise: nil)
      }
      self.length = length
    }
    guard let length, let text = received.readBytes(length: length) else { return }
    promise.succeed(text)
    context.close(promise: nil)
  }

  /// Also where nobody listens, and the channel never was active.
  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    // Does nothing where the answer has come.
    promise.fail(Cut())
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
