// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Files

/// The folder a job leaves: its files and their names.
package struct ReportFolder: Sendable {
  package let path: String

  /// What a job that came to its end leaves, in the order a person would look.
  package static let fileNames = [
    "results.yaml", "results.json", "junit.xml", "console.log", "logs.yaml", "events.jsonl",
  ]

  /// Makes the folder where it is missing.
  package init(_ path: String) throws(Failure) {
    try FileSystem.makeFolder(path)
    self.path = path
  }

  /// Everything the board printed, byte for byte. Written by whoever reads the console.
  package var consoleLog: String { "\(path)/console.log" }

  /// The sinks that write `logs.yaml` and `events.jsonl` as events come; files of an earlier job are replaced.
  package func openLogs() throws(Failure) -> [LineFileSink] {
    [try LineFileSink.lavaLog("\(path)/logs.yaml"), try LineFileSink.events("\(path)/events.jsonl")]
  }

  /// Writes `results.yaml`, `results.json` and `junit.xml`, each as a whole or not at all.
  package func write(_ job: JobSummary, _ collector: ResultCollector) throws(Failure) {
    let results = ResultsDocument(job, collector)
    try FileSystem.writeAtomically(to: "\(path)/results.yaml", results.writeYAML)
    try FileSystem.writeAtomically(to: "\(path)/results.json", results.writeJSON)
    try FileSystem.writeAtomically(to: "\(path)/junit.xml", JUnitReport(job, collector).write)
  }
}
