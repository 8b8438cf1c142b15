// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Downloads
import Events
import Files
import JobModel
import Overlay
import Pipeline
import YAMLDocument

/// `download-retry` — brings one image into the job's folder (spec jobs §5.1).
struct Download: ActionTree {
  let context: JobContext
  let namespace: String
  let image: Image
  /// Where the file goes: into a folder of its label, unless the files of a deploy share one.
  var folder: String?

  var actions: [Action] {
    let url = context.url(of: image)
    Action("download-retry", summary: "fetch '\(image.label)'", isRetry: true) {
      Action(
        ImageURL(url).actionName,
        summary: "fetch \(MaskedURL.text(url))",
        timeoutFailure: .infrastructure,
        run: fetch
      )
      for overlay in image.overlays { Download(context: context, namespace: namespace, image: overlay) }
      if image.overlay != nil || !image.overlays.isEmpty {
        Action("append-overlays", summary: "put the overlay into '\(image.label)'", run: appendOverlay)
      }
    }
  }

  /// Where the image lies in the job's folder; a file without a name gets that of its label.
  private var destination: String {
    let url = ImageURL(image.fileName.map { "./\($0)" } ?? context.url(of: image))
    let name = url.fileName(isUnpacked: image.isUnpackedOnTheWay) ?? image.label
    return "\(folder ?? "\(context.settings.workFolder)/\(namespace)/\(image.label)")/\(name)"
  }

  private func fetch(_ run: ActionRun) async throws(Failure) {
    let request = try context.request(for: image, in: namespace)
    let downloaded: Downloaded
    do throws(Failure) {
      downloaded = try await fetch(request, run)
    } catch {
      var failure = error
      failure.place = failure.place ?? context.job.place(of: image.node)
      throw failure
    }
    run.record("label", .string(image.label))
    run.record("size", .int(downloaded.size))
    run.record("sha256sum", .string(downloaded.sha256))
    if !request.checksums.isEmpty {
      let sums = request.checksums.map { YAMLValue.Pair(.string($0.algorithm.rawValue), .string($0.hex)) }
      run.record("success", .mapping(sums))
    }
    let placed = PlacedImage(label: image.label, path: destination, argument: image.imageArgument)
    context.withState(of: namespace) { state in
      state.images.removeAll { $0.label == placed.label }
      state.images.append(placed)
    }
  }

  /// Fetches by way of the dispatcher's cache, where there is one.
  private func fetch(_ request: DownloadRequest, _ run: ActionRun) async throws(Failure) -> Downloaded {
    guard let cached = try context.cached(request) else { return try await fetch(from: request, run) }
    run.log(.info, "Using caching service: '\(MaskedURL.text(cached.url))'")
    do throws(Failure) {
      return try await fetch(from: cached, run)
    } catch {
      guard context.settings.dispatcher.fallsBackToOrigin, error.kind != .canceled else { throw error }
      run.log(.warning, "\(error.description); trying where the file comes from")
      return try await fetch(from: request, run)
    }
  }

  private func fetch(from request: DownloadRequest, _ run: ActionRun) async throws(Failure) -> Downloaded {
    if request.compression == nil, image.compression != nil {
      run.log(.debug, "Not decompressing '\(image.label)': it can be used compressed.")
    }
    let isWeb = ImageURL(request.url).isWeb
    run.log(.debug, "\(isWeb ? "downloading" : "copying") \(MaskedURL.text(request.url)) to \(destination)")
    let log = DownloadLog(run)
    let downloaded = try await context.downloader.fetch(request, to: destination) { log.note($0) }
    if downloaded.source == .cache { run.log(.debug, "taken from the cache: the job says its checksum") }
    log.end(downloaded)
    return downloaded
  }

  private func appendOverlay(_ run: ActionRun) async throws(Failure) {
    guard let overlay = context.withState(of: namespace, { $0.overlay }) else { return }
    try overlay.tree.append(toInitrd: destination)
  }
}

/// The files of a deploy, one after the other.
struct Downloads: ActionTree {
  let context: JobContext
  let namespace: String
  let files: [Image]
  /// The folder that they share; each has one of its own where it is nil.
  var folder: String?

  var actions: [Action] {
    for file in files { Download(context: context, namespace: namespace, image: file, folder: folder) }
  }
}

extension JobContext {
  /// Looks whether everything that the job wants to fetch is there, before anything is started.
  ///
  /// - Parameter log: is told of servers that have to be asked again.
  func checkImages(_ log: EventLog) async throws(Failure) {
    for action in job.actions {
      guard case .deploy(let deploy) = action.body else { continue }
      for image in deploy.files + [deploy.uefi].compactMap(\.self) {
        let request = try request(for: image, in: action.common.namespace)
        // What an earlier action of the job brings is not there yet.
        guard ImageURL(url(of: image)).scheme != "downloads" else { continue }
        do throws(Failure) {
          try await check(request, log)
        } catch {
          var failure = error
          failure.place = failure.place ?? job.place(of: image.node)
          throw failure
        }
      }
    }
  }

  private func check(_ request: DownloadRequest, _ log: EventLog) async throws(Failure) {
    let tell: @Sendable (DownloadProgress) -> Void = { progress in
      if let warning = DownloadLog.warning(of: progress) { log.log(.warning, warning) }
    }
    do throws(Failure) {
      _ = try await downloader.check(try cached(request) ?? request, progress: tell)
    } catch {
      guard settings.dispatcher.fallsBackToOrigin, error.kind != .canceled, try cached(request) != nil else {
        throw error
      }
      _ = try await downloader.check(request, progress: tell)
    }
  }
}
