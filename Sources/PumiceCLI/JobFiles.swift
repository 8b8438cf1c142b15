// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Reports

/// The files that a run leaves in its folder.
struct JobFiles {
  let jobID: String
  /// Absolute.
  let folder: String

  /// Makes the folder.
  ///
  /// - Parameters:
  ///   - folder: as the user named it; nil: `pumice-jobs/<job id>`.
  ///   - jobID: nil: the next number that has no folder yet.
  init(folder: String?, jobID: String?) throws(Failure) {
    let jobs = Paths.absolute("pumice-jobs")
    if let folder {
      self.jobID = jobID ?? "1"
      self.folder = Paths.absolute(folder)
      try FileSystem.makeFolder(self.folder)
    } else {
      try FileSystem.makeFolder(jobs)
      let taken = try FileSystem.entries(of: jobs).compactMap { Int($0) }
      self.jobID = jobID ?? String((taken.max() ?? 0) + 1)
      self.folder = Paths.join(jobs, self.jobID)
      try FileSystem.makeFolder(self.folder)
    }
    try removeOldFiles()
  }

  var log: String { Paths.join(folder, "logs.yaml") }
  var events: String { Paths.join(folder, "events.jsonl") }

  /// What an earlier run with the same folder left.
  private func removeOldFiles() throws(Failure) {
    for name in try FileSystem.entries(of: folder) where Self.isOurs(name) {
      try FileSystem.removeTree(Paths.join(folder, name))
    }
  }

  private static func isOurs(_ name: String) -> Bool {
    ["console.log", "events.jsonl", "logs.yaml", "results.yaml", "results.json", "junit.xml", "tmp"].contains(name)
      || (name.hasPrefix("overlay-") && name.hasSuffix(".tar.gz"))
  }

  func writeReports(_ job: JobSummary, _ collector: ResultCollector) throws(Failure) {
    let document = ResultsDocument(job, collector)
    try write("results.yaml", document.yaml)
    try write("results.json", document.json)
    try write("junit.xml", JUnitReport(job, collector).text)
  }

  private func write(_ name: String, _ text: String) throws(Failure) {
    try FileSystem.writeAtomically(Array(text.utf8), to: Paths.join(folder, name))
  }

  /// The names of the files that are there, sorted.
  func names() throws(Failure) -> [String] { try FileSystem.entries(of: folder).sorted() }
}
