// SPDX-License-Identifier: Apache-2.0

/// Building the overlay of jobs whose definitions are in a git repository, beside what LAVA does for each of them: a clone,
/// all of which is packed.
struct GitBenchmark {
  private static let repetitions = 3

  let pumice: String
  let device: String
  let repository: GeneratedRepository
  /// For jobs, clones, the cache and tarballs.
  let folder: String

  func measurements() throws(BenchmarkFailure) -> [Measurement] {
    let clone = try cloneCost()
    let first = try measurement("nothing cached", count: 1, clone, isCached: false)
    let again = try measurement("fetched before", count: 1, clone, isCached: true)
    let five = try measurement("fetched before", count: 5, clone, isCached: true)
    return [first, again, five]
  }

  private func measurement(
    _ state: String,
    count: Int,
    _ clone: (time: Duration, size: Int),
    isCached: Bool
  ) throws(BenchmarkFailure) -> Measurement {
    let job = "\(folder)/git-\(count).yaml"
    var file = try OutputFile(job)
    try file.write(InlineJob.head.utf8)
    for number in 0..<count {
      let line = "      - {from: git, name: test-\(number), repository: '\(repository.path)', "
      try file.write((line + "path: \(repository.definition(number))}\n").utf8)
    }
    try file.finish()
    let tarball = "\(folder)/git-\(count).tar.gz"
    let cache = "\(folder)/cache"
    let run = ProcessRun(
      arguments: [pumice, "overlay", job, "--device", device, "--output", tarball],
      temporaryFolder: folder,
      environment: ["XDG_CACHE_HOME=\(cache)"]
    )
    var times: [Duration] = []
    for _ in 0..<Self.repetitions {
      if !isCached { _ = try ProcessRun(arguments: ["rm", "-rf", cache]).cost() }
      times.append(try run.cost().time)
    }
    let time = median(times)
    let size = try fileSize(of: tarball)
    let factor = count == 1 ? "" : "\(count) × "
    return Measurement(
      what: "pumice overlay, \(count) of git, \(state)",
      measured: "\(time.text), \(size.sizeText)",
      comparison: "\(factor)git clone, tar cz \((clone.time * count).text), \((clone.size * count).sizeText)",
      ratio: "\((time / (clone.time * count)).text(decimals: 2)) × the time, "
        + "\((Double(size) / Double(clone.size * count)).text(decimals: 2)) × the bytes"
    )
  }

  /// What a clone and its packing take, and how large it is then.
  private func cloneCost() throws(BenchmarkFailure) -> (time: Duration, size: Int) {
    let clone = "\(folder)/clone"
    let packed = "\(folder)/clone.tar.gz"
    var times: [Duration] = []
    for _ in 0..<Self.repetitions {
      _ = try ProcessRun(arguments: ["rm", "-rf", clone]).cost()
      let cloning = ProcessRun(arguments: ["git", "clone", "--quiet", "--depth=1", "file://\(repository.path)", clone])
      let packing = ProcessRun(arguments: ["tar", "czf", packed, "-C", clone, "."])
      times.append(try cloning.cost().time + packing.cost().time)
    }
    return (median(times), try fileSize(of: packed))
  }
}
