// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

/// Expected values from spec test-shell §6.3.
@Suite("Multinode messages")
struct MultinodeTests {
  private func line(_ call: MultinodeCall, _ words: String...) -> String? {
    MultinodeRequest(call, words.map { b($0) }).map { text($0.line) }
  }

  @Test func requests() {
    #expect(line(.send, "id", "k=v", "a=b c") == "<LAVA_MULTI_NODE> <LAVA_SEND id k=v a=b c>")
    #expect(line(.sync, "id") == "<LAVA_MULTI_NODE> <LAVA_SYNC id>")
    #expect(line(.wait, "id") == "<LAVA_MULTI_NODE> <LAVA_WAIT id>")
    #expect(line(.waitAll, "id", "server") == "<LAVA_MULTI_NODE> <LAVA_WAIT_ALL id server>")
    #expect(line(.waitAll, "id", "") == "<LAVA_MULTI_NODE> <LAVA_WAIT_ALL id>")
  }

  @Test("Words that are not key=value are dropped; the host refuses a sync with more than an id")
  func droppedWords() {
    #expect(line(.send, "id", "junk", "=x", "y=", "k==") == "<LAVA_MULTI_NODE> <LAVA_SEND id k==>")
    #expect(line(.sync, "id", "k=v") == "<LAVA_MULTI_NODE> <LAVA_SYNC id>")
  }

  @Test("Without an id nothing is sent")
  func noID() {
    #expect(line(.send) == nil)
    #expect(line(.send, "", "k=v") == nil)
    #expect(line(.send, "k=v") == nil)
  }

  @Test("The vector of spec test-shell §6.3")
  func vector() throws {
    let line = b("<LAVA_WAIT_COMPLETE 5001:k=v 5002:a=b c  d 5003:z=http://x:80/>")
    let reply = try #require(MultinodeReply(line: line, to: .wait))
    #expect(text(reply.messages) == "5001:k=v\n5002:a=b c d\n5003:z=http://x:80/\n")
    #expect(reply.unrecognized.isEmpty)
    #expect(!reply.isRefused)
  }

  @Test func emptyReply() throws {
    let reply = try #require(MultinodeReply(line: b("<LAVA_SYNC_COMPLETE>"), to: .sync))
    #expect(reply.messages.isEmpty)
    #expect(reply.unrecognized.isEmpty)
  }

  @Test func refusal() throws {
    let reply = try #require(MultinodeReply(line: b("<LAVA_WAIT_ALL_COMPLETE nack>"), to: .waitAll))
    #expect(reply.isRefused)
    #expect(reply.messages.isEmpty)
  }

  @Test("A line that is not the answer to this call is none")
  func otherLines() {
    #expect(MultinodeReply(line: b("<LAVA_WAIT_ALL_COMPLETE 1:a=b>"), to: .wait) == nil)
    #expect(MultinodeReply(line: b("<LAVA_WAIT_COMPLET"), to: .wait) == nil)
    #expect(MultinodeReply(line: [], to: .wait) == nil)
  }

  @Test("The marker counts anywhere, but is cut off only at the start of the line; a CR keeps the closing >")
  func junk() throws {
    let reply = try #require(MultinodeReply(line: b("# <LAVA_SYNC_COMPLETE 12:a=b>\r"), to: .sync))
    #expect(text(reply.messages) == "12:a=b>\r\n")
    #expect(reply.unrecognized.map(text) == ["# <LAVA_SYNC_COMPLETE"])
  }
}
