// SPDX-License-Identifier: Apache-2.0

internal import Consoles

/// What a program printed, errors as well, and whether it succeeded.
struct ProgramOutput: Sendable {
  let isSuccess: Bool
  let text: String

  init(_ output: HostCommand.Output) {
    isSuccess = output.status.isSuccess
    text = output.text
  }

  /// What it said last, for a person: without control characters.
  var lastLines: String? {
    let lines = text.split(whereSeparator: \.isNewline).suffix(5).map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }
}
