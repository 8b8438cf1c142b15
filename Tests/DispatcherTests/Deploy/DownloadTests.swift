// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Downloads
import Events
import HostTools
import JobModel
import Pipeline
import Synchronization
import Testing
import YAMLDocument

@testable import Dispatcher

/// What a job's `url` becomes, and what the download leaves in results and log (spec jobs §5.1, §5.9).
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct DownloadTests {
  /// Keeps the texts of a log.
  private final class TextKeeper: EventSink {
    private let kept = Mutex<[String]>([])
    private let progress = Mutex<[ActionProgress]>([])

    var texts: [String] { kept.withLock(\.self) }
    var reports: [ActionProgress] { progress.withLock(\.self) }

    func receive(_ event: Event, index: Int) {
      if case .log(_, let text, _) = event.kind { kept.withLock { $0.append(text) } }
    }

    func receive(_ progress: ActionProgress) { self.progress.withLock { $0.append(progress) } }
  }

  /// One run of a job's deploys.
  private struct Trial {
    let folder = TemporaryFolder()
    let results = ResultKeeper()
    let log = TextKeeper()
    var dispatcher = DispatcherConfiguration()
    var staticInfo = "[]"

    /// - Parameter deploys: YAML, the items of `actions`.
    func run(_ deploys: String) async throws -> JobOutcome {
      let text = """
        job_name: downloads
        timeouts: {job: {minutes: 5}, action: {minutes: 2}, connection: {minutes: 1}}
        visibility: public
        actions:
        \(deploys)
        """
      let job = try Sample.job(text, file: folder.write(text, to: "job.yaml"))
      let device = try Sample.device(Sample.deviceText + "static_info: \(staticInfo)\n")
      var settings = RunSettings(jobID: "4242", outputFolder: folder.file("job"))
      settings.downloadCache = DownloadCache(folder: folder.file("cache"))
      settings.proxies = .none
      settings.dispatcher = dispatcher
      let events = EventLog(sinks: [results, log])
      let context = JobContext(job: job, device: device, settings: settings, events: events)
      let hooks = PipelineRunner.Hooks(validate: { _ async throws(Failure) in try await context.checkImages(events) })
      return await PipelineRunner(plan: try context.plan(), log: events, hooks: hooks).run()
    }

    func content(_ path: String) -> [UInt8] { bytes(of: folder.file("job/tmp/\(path)")) }

    /// The results of the downloads: what was found out of each.
    var found: [YAMLValue] { results.records.filter { $0.testCase.hasSuffix("-download") }.map { .mapping($0.extra) } }
  }

  private static let text = Array("a kernel\n".utf8)
  // `printf 'a kernel\n' | sha256sum`, `… | md5sum`
  private static let sha256 = run(["sh", "-c", "printf 'a kernel\\n' | sha256sum"]).output.prefix(64)
  private static let md5 = run(["sh", "-c", "printf 'a kernel\\n' | md5sum"]).output.prefix(32)

  @Test func resultsOfADownload() async throws {
    let server = await FileServer()
    server.serve(Self.text, as: "kernel")
    let trial = Trial()
    let outcome = try await trial.run(
      """
      - deploy:
          to: downloads
          images:
            kernel: {url: '\(server.url("kernel"))', md5sum: \(Self.md5), sha256sum: \(Self.sha256)}
            again: {url: 'job.yaml'}
      """
    )
    #expect(outcome.failure == nil)
    #expect(trial.content("downloads/common/kernel") == Self.text)
    #expect(trial.content("downloads/common/job.yaml") == bytes(of: trial.folder.file("job.yaml")))
    let sums: YAMLValue = ["md5": .string(String(Self.md5)), "sha256": .string(String(Self.sha256))]
    #expect(
      trial.found.first
        == ["label": "kernel", "size": 9, "sha256sum": .string(String(Self.sha256)), "success": sums]
    )
    #expect(trial.results.records.compactMap(\.level).prefix(2) == ["1.1.1", "1.2.1"])
    #expect(
      trial.results.records.map(\.testCase).filter { $0.hasSuffix("-download") } == ["http-download", "file-download"]
    )
    #expect(trial.log.texts.contains("total size: 9 (0MB)"))
    #expect(trial.log.texts.contains("progress 100% (0MB)"))
    #expect(trial.log.reports.last == ActionProgress(level: "1.1.1", done: 9, total: 9))
  }

  @Test func laterActionsTakeWhatEarlierOnesHaveBrought() async throws {
    let server = await FileServer()
    server.serve(Self.text, as: "kernel.img")
    #expect(run(["gzip", server.folder.file("files/kernel.img")]).status == 0)
    let trial = Trial()
    let outcome = try await trial.run(
      """
      - deploy: {to: downloads, images: {kernel: {url: '\(server.url("kernel.img.gz"))'}}}
      - deploy:
          to: tmpfs
          images:
            kernel: {url: 'downloads://kernel.img.gz', compression: gz}
            ramdisk: {url: 'downloads:///kernel.img.gz', compression: gz}
      """
    )
    #expect(outcome.failure == nil)
    #expect(trial.content("common/kernel/kernel.img") == Self.text)
    // A ramdisk stays packed (spec jobs §5.1).
    #expect(trial.content("common/ramdisk/kernel.img.gz") == bytes(of: server.folder.file("files/kernel.img.gz")))
    let outside = try await Trial().run("- deploy: {to: tmpfs, images: {x: {url: 'downloads://../../job.yaml'}}}")
    #expect(outside.failure?.code == "missing-file")
  }

  @Test func aWrongSumIsTriedAgainAndFails() async throws {
    let server = await FileServer()
    server.serve(Self.text, as: "kernel")
    let trial = Trial()
    let outcome = try await trial.run(
      """
      - deploy:
          to: downloads
          failure_retry: 2
          failure_retry_interval: 1
          images: {kernel: {url: '\(server.url("kernel"))', md5sum: '\(String(repeating: "0", count: 32))'}}
      """
    )
    #expect(outcome.failure?.kind == .job)
    #expect(outcome.failure?.message == "md5 for '\(server.url("kernel"))' does not match.")
    #expect(outcome.failure?.place?.line == 9)
    #expect(server.requests == ["HEAD /kernel", "GET /kernel", "GET /kernel"])
  }

  @Test func secretsStayOutOfTheLog() async throws {
    let server = await FileServer()
    server.serve(Self.text, as: "kernel")
    let trial = Trial()
    let url = "http://me:pa55word@127.0.0.1:\(server.port)/kernel"
    let outcome = try await trial.run(
      "- deploy: {to: downloads, images: {kernel: {url: '\(url)', headers: {X-Token: t0ken}}}}"
    )
    #expect(outcome.failure == nil)
    #expect(server.requests.allSatisfy { $0.contains("X-Token: t0ken") && $0.contains("Authorization: Basic ") })
    #expect(trial.log.texts.contains { $0.contains("t0ken") || $0.contains("pa55word") } == false)
  }

  @Test func placeholdersOfTheDevice() async throws {
    let server = await FileServer()
    server.serve(Self.text, as: "board-7")
    var trial = Trial()
    trial.staticInfo = "[{host: 'http://127.0.0.1:\(server.port)'}, {name: board, number: 7}]"
    let outcome = try await trial.run("- deploy: {to: downloads, images: {kernel: {url: '{host}/{name}-{number}'}}}")
    #expect(outcome.failure == nil)
    #expect(trial.content("downloads/common/board-7") == Self.text)
  }

  /// The dispatcher's cache is asked with the URL quoted as Python's `quote_plus` does it.
  @Test func cacheOfTheDispatcher() async throws {
    let cache = await FileServer()
    cache.serve(Self.text, as: "fetch")
    var trial = Trial()
    trial.dispatcher.httpURLFormat = cache.url("fetch?url=%s&x=100%%")
    let outcome = try await trial.run(
      "- deploy: {to: downloads, images: {kernel: {url: 'http://files.invalid/a b/kernel~1?x=1&y'}}}"
    )
    #expect(outcome.failure == nil)
    #expect(trial.content("downloads/common/kernel~1") == Self.text)
    let target = "/fetch?url=http%3A%2F%2Ffiles.invalid%2Fa+b%2Fkernel~1%3Fx%3D1%26y&x=100%25"
    #expect(cache.requests == ["HEAD \(target)", "GET \(target)"])
  }

  @Test(
    arguments: [
      ([], [], true, true),
      ([], [], false, false),
      (["http://foobar", "http://127"], [], true, true),
      (["http://foobar", "http://foo"], [], true, false),
      ([], ["http://foobar", "http://127"], true, false),
      ([], ["http://foobar"], true, true),
      (["http://127"], ["kernel$"], true, false),
    ] as [([String], [String], Bool, Bool)]
  )
  func rulesOfThatCache(includes: [String], excludes: [String], usesCache: Bool, isCached: Bool) async throws {
    let cache = await FileServer()
    let server = await FileServer()
    for place in [cache, server] { place.serve(Self.text, as: "kernel") }
    var trial = Trial()
    trial.dispatcher.httpURLFormat = cache.url("kernel?%s")
    trial.dispatcher.cacheIncludes = includes
    trial.dispatcher.cacheExcludes = excludes
    let outcome = try await trial.run(
      "- deploy: {to: downloads, images: {kernel: {url: '\(server.url("kernel"))', use_cache: \(usesCache)}}}"
    )
    #expect(outcome.failure == nil)
    #expect(cache.requests.isEmpty != isCached)
    #expect(server.requests.isEmpty == isCached)
  }

  @Test(arguments: [false, true])
  func aCacheThatDoesNotHaveIt(fallsBack: Bool) async throws {
    let cache = await FileServer()
    let server = await FileServer()
    server.serve(Self.text, as: "kernel")
    var trial = Trial()
    trial.dispatcher.httpURLFormat = cache.url("fetch?url=%s")
    trial.dispatcher.fallsBackToOrigin = fallsBack
    let outcome = try await trial.run("- deploy: {to: downloads, images: {kernel: {url: '\(server.url("kernel"))'}}}")
    #expect((outcome.failure == nil) == fallsBack)
    #expect(trial.content("downloads/common/kernel") == (fallsBack ? Self.text : []))
  }
}
