// SPDX-License-Identifier: Apache-2.0

import Reports

/// Reports as one text.
extension ResultsDocument {
  var yaml: String { wholeText(of: writeYAML) }
  var json: String { wholeText(of: writeJSON) }
}

extension JUnitReport {
  var text: String { wholeText(of: write) }
}

private func wholeText(of write: (([UInt8]) -> Void) -> Void) -> String {
  var bytes: [UInt8] = []
  write { bytes += $0 }
  return String(decoding: bytes, as: UTF8.self)
}
