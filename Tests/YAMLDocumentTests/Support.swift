// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// Reads a text that is expected to be good.
func parse(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> YAMLDocument {
  try YAMLDocument(parsing: Array(text.utf8), file: "job.yaml", limits: limits)
}

/// The diagnostics that a text is refused with; none where it is accepted.
func faults(in bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> [Diagnostic] {
  do throws(DiagnosticList) {
    _ = try YAMLDocument(parsing: bytes, file: "job.yaml", limits: limits)
    return []
  } catch {
    return error.items
  }
}

func faults(in text: String, limits: YAMLLimits = YAMLLimits()) -> [Diagnostic] {
  faults(in: Array(text.utf8), limits: limits)
}

/// `line:column code`, the parts of a diagnostic that do not change with its wording.
func summary(_ diagnostic: Diagnostic) -> String {
  "\(diagnostic.place?.line ?? 0):\(diagnostic.place?.column ?? 0) \(diagnostic.code)"
}
