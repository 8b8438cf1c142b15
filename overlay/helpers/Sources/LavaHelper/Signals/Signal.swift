// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// Printing a signal for the host: docs/Signals.md.
enum Signal {
  /// Prints `<LAVA_SIGNAL_NAME WORDS>`, the words escaped where a host needs it.
  @inline(never)
  static func send(_ name: StaticString, words: [Bytes]) {
    var parameters = SignalParameters()
    for index in words.indices {
      if index > 0 { parameters.append(" ") }
      parameters.append(value: words[index])
    }
    send(name, parameters.bytes)
  }

  /// Prints `<LAVA_SIGNAL_NAME MESSAGE>`.
  @inline(never)
  static func send(_ name: StaticString, message: Bytes) {
    var parameters = SignalParameters()
    parameters.append(message: message)
    send(name, parameters.bytes)
  }

  /// Prints `<LAVA_SIGNAL_NAME PARAMETERS>`.
  @inline(never)
  static func send(_ name: StaticString, _ parameters: Bytes) {
    var signal = Bytes("<LAVA_SIGNAL_")
    signal.append(name)
    signal.append(" ")
    signal.append(parameters)
    signal.append(">")
    send(signal)
  }

  /// Prints a signal with its trailer, to the kernel's log when `KMSG` asks for it.
  ///
  /// - Parameter isLast: whether the runner ends with it.
  @inline(never)
  static func send(_ signal: Bytes, isLast: Bool = false) {
    waitCharacterDelay()
    if let journal = isPlain ? nil : Journal.current {
      journal.append(signal: signal, isLast: isLast) { emit($0) }
    } else {
      emit(signal)
    }
  }

  /// Whether the environment asks for LAVA's lines and nothing more.
  static var isPlain: Bool {
    Environment.value("LAVA_PLAIN_SIGNALS").equals("1")
  }

  /// Prints one line with one `write(2)`. Where the kernel's log does not take it (no such device, a line above its
  /// limit) it goes to standard output: a signal is not lost for that.
  @inline(never)
  private static func emit(_ line: Bytes) {
    if !Environment.value("KMSG").isEmpty {
      var record = Bytes("<0>")
      record.append(line)
      record.append("\n")
      let descriptor = File.open(Bytes("/dev/kmsg"), O_WRONLY)
      if descriptor >= 0 {
        defer { close(descriptor) }
        if Output.write(record, to: descriptor) { return }
      }
    }
    Output.printLine(line)
  }

  private static func waitCharacterDelay() {
    let text = Environment.value("CHARACTER_DELAY")
    if text.isEmpty { return }
    if let milliseconds = Delay.milliseconds(text) {
      Clock.wait(milliseconds: milliseconds)
    } else {
      Output.complain(Bytes("lava-helper"), "CHARACTER_DELAY is not a number of seconds:", text, [])
    }
  }
}
