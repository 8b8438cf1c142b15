// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Building the overlay of jobs with inline definitions: `pumice overlay` as a process, beside `tar` that packs the same
/// files again.
struct OverlayBenchmark {
  private static let repetitions = 9
  private static let definitionCounts = [1, 50, 200]

  let pumice: String
  let device: String
  /// For jobs, tarballs and what is unpacked.
  let folder: String

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    var rows: [Measurement] = []
    for count in Self.definitionCounts { rows.append(try measurement(definitionCount: count)) }
    return rows
  }

  private func measurement(definitionCount: Int) throws(BenchmarkFailure) -> Measurement {
    let name = "\(folder)/overlay-\(definitionCount)"
    let job = try InlineJob(writingTo: "\(name).yaml", definitionCount: definitionCount)
    let tarball = "\(name).tar.gz"
    let overlay = try ProcessRun(
      arguments: [pumice, "overlay", job.path, "--device", device, "--output", tarball],
      temporaryFolder: folder
    ).medianCost(of: Self.repetitions)
    let tree = "\(name)-tree"
    let packed = "\(name)-tar.tar.gz"
    _ = try ProcessRun(arguments: ["mkdir", "-p", tree]).cost()
    _ = try ProcessRun(arguments: ["tar", "xzf", tarball, "-C", tree]).cost()
    let tar = try ProcessRun(arguments: ["tar", "czf", packed, "-C", tree, "."]).medianCost(of: Self.repetitions)
    return Measurement(
      what: "pumice overlay, \(definitionCount) definition\(definitionCount == 1 ? "" : "s")",
      measured: "\(overlay.time.text), \(try fileSize(of: tarball).sizeText)",
      comparison: "tar czf \(tar.time.text), \(try fileSize(of: packed).sizeText)",
      ratio: "\((overlay.time / tar.time).text(decimals: 2)) × the time"
    )
  }
}

/// The size of a file in bytes.
func fileSize(of path: String) throws(BenchmarkFailure) -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
  return status.st_size
}
