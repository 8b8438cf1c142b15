// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Dispatcher
import Files
import Reports

/// Where a run leaves its files, and as which job.
struct JobFiles {
  let jobID: String
  let reports: ReportFolder

  /// Makes the folder, and removes what an earlier run left in it.
  ///
  /// - Parameters:
  ///   - folder: as the user named it; nil: `pumice-jobs/<job id>`.
  ///   - jobID: nil: the next number that has no folder in `pumice-jobs` yet.
  init(folder: String?, jobID: String?) throws(Failure) {
    if let folder {
      self.jobID = jobID ?? "1"
      reports = try ReportFolder(Paths.absolute(folder))
    } else {
      let jobs = Paths.absolute("pumice-jobs")
      try FileSystem.makeFolder(jobs)
      self.jobID = if let jobID { jobID } else { String(try Self.freeID(in: jobs)) }
      reports = try ReportFolder(Paths.join(jobs, self.jobID))
    }
    for name in try FileSystem.entries(of: reports.path) where Self.isOurs(name) {
      try FileSystem.removeTree(Paths.join(reports.path, name))
    }
  }

  /// The files of one node of a group.
  init(node id: Int, in folder: String) throws(Failure) {
    try self.init(folder: Paths.join(folder, String(id)), jobID: String(id))
  }

  /// The id behind the last one that is taken: a folder is named by its job's, that of a group by its first and last.
  static func freeID(in jobs: String) throws(Failure) -> Int {
    let taken = try FileSystem.entries(of: jobs).compactMap { name in
      name.allSatisfy { $0.isNumber || $0 == "-" } ? name.split(separator: "-").last.flatMap { Int($0) } : nil
    }
    return (taken.max() ?? 0) + 1
  }

  private static func isOurs(_ name: String) -> Bool {
    name == "tmp" || (ReportFolder.fileNames + serverLogs).contains(name) || isOverlay(name)
  }

  private static let serverLogs = [RunSettings.serverLogName, RunSettings.blockServerLogName]

  private static func isOverlay(_ name: String) -> Bool { name.hasPrefix("overlay-") && name.hasSuffix(".tar.gz") }

  /// The names of the files that are there, in the order a person would look.
  func names() throws(Failure) -> [String] {
    let there = try FileSystem.entries(of: reports.path)
    return (ReportFolder.fileNames + Self.serverLogs).filter(there.contains)
      + there.filter(Self.isOverlay).sorted()
  }
}
