// SPDX-License-Identifier: Apache-2.0

/// The level of a log line that the test shell writes. The raw values are the words of LAVA's log.
package enum ShellLogLevel: String, Sendable, Hashable {
  case error, warning, info, debug
  /// What `lava-test-event` said.
  case event
}

/// Which signal of a test case left its mark in the log (spec signals §3.3).
package enum ShellMarker: Sendable, Hashable {
  case start, end, testCase
}

/// What the test shell wants done, in this order, because of what the board said.
package enum ShellEffect: Sendable, Hashable {
  /// Write a line to the job's log.
  case log(ShellLogLevel, String)
  /// Remember the newest log line for the results of this test case.
  case mark(testCase: String, ShellMarker)
  /// Report a result.
  case result(ShellResult)
  /// Write the summary of a definition to the log, at level debug.
  case report(ShellReport)
  /// Match the `parse` pattern of this suite (Python's `re.M`) from here on; `nil`: match none.
  case patternChanged(suite: String?)
  /// Read the console of another namespace for up to a second.
  case requestFeedback(namespace: String)
  /// Make a call to the group and type its answer. With the result that the call is for the definition that runs, if one
  /// does and its name can be that of a test case; `fail` where the call is not answered.
  case multinode(MultinodeCall, TestCaseResult?)
  /// Keep a file that the board has sent.
  case file(BoardFile)
  /// How the signals came to the host: once, before the end.
  case signals(SignalTally)
  /// The test shell is over, and well.
  case finished
  /// The test shell is over, because of this.
  case failed(ShellFailure)
}

/// Why the test shell ended, when it did not end well.
package struct ShellFailure: Error, Sendable, Hashable {
  /// LAVA's class of error. The raw values are those of `Failure.Kind`.
  package enum Kind: String, Sendable, Hashable {
    case test, job, bug, connectionClosed
  }

  package var kind: Kind
  /// LAVA's words.
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

/// What a definition reported, for the summary at its end (spec signals §3.2).
package struct ShellReport: Sendable, Hashable {
  /// One test case: its last result.
  package struct Entry: Sendable, Hashable {
    package var testCase: String
    package var result: String
    package var set: String?
  }

  package var definition: String
  /// In the order of the first report of each case; never empty.
  package var entries: [Entry]

  /// The line before the summary.
  package var header: String { "--- \(definition) Test Report ---" }

  /// The line after it: as long as the header, with ` End ` in its middle (Python's `str.center`).
  package var footer: String {
    let word = " End "
    let margin = max(0, header.unicodeScalars.count - word.count)
    let width = margin + word.count
    let left = margin / 2 + (margin & width & 1)
    return String(repeating: "-", count: left) + word + String(repeating: "-", count: margin - left)
  }
}
