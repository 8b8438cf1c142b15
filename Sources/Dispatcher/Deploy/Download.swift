// SPDX-License-Identifier: Apache-2.0

import Archives
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

  var actions: [Action] {
    Action("download-retry", summary: "fetch '\(image.label)'", isRetry: true) {
      Action(
        ImageURL(image.url).actionName,
        summary: "fetch \(image.url)",
        timeoutFailure: .infrastructure,
        run: fetch
      )
      for overlay in image.overlays { Download(context: context, namespace: namespace, image: overlay) }
      if image.overlay != nil || !image.overlays.isEmpty {
        Action("append-overlays", summary: "put the overlay into '\(image.label)'", run: appendOverlay)
      }
    }
  }

  /// Where the image lies in the job's folder; a compressed one loses its last suffix.
  private var destination: String {
    var name = Paths.name(of: image.url)
    if image.compression != nil, let dot = name.lastIndex(of: "."), dot != name.startIndex {
      name = String(name[..<dot])
    }
    return "\(context.settings.workFolder)/\(namespace)/\(image.label)/\(name)"
  }

  private func fetch(_ run: ActionRun) async throws(Failure) {
    let source = try context.localPath(of: image)
    run.log(.debug, "copying \(source) to \(destination)")
    var request = DownloadRequest(source)
    request.compression = image.compression.flatMap { Compression(rawValue: $0.rawValue) }
    let downloaded = try await Downloader(cache: .ofUser()).fetch(request, to: destination)
    run.record("label", .string(image.label))
    run.record("size", .int(downloaded.size))
    run.record("sha256sum", .string(downloaded.sha256))
    let placed = PlacedImage(label: image.label, path: destination, argument: image.imageArgument)
    context.withState(of: namespace) { state in
      state.images.removeAll { $0.label == placed.label }
      state.images.append(placed)
    }
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

  var actions: [Action] {
    for file in files { Download(context: context, namespace: namespace, image: file) }
  }
}

/// An image's URL, as far as Pumice understands it: a path relative to the job's file, or `file:` with one.
struct ImageURL {
  /// LAVA's name of the way to fetch it.
  let scheme: String
  let path: String

  /// LAVA's name of the action that fetches it.
  var actionName: String {
    switch scheme {
    case "https": "http-download"
    case "downloads": "pre-downloaded"
    default: "\(scheme)-download"
    }
  }

  /// Whether it names a file of this host.
  var isLocal: Bool { scheme == "file" }

  init(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
      scheme = "file"
      path = text
      return
    }
    scheme = String(text[..<colon])
    let rest = text[text.index(after: colon)...]
    path = String(rest.hasPrefix("//") ? rest.dropFirst(2) : rest)
  }
}

extension JobContext {
  /// The image's file on this host.
  func localPath(of image: Image) throws(Failure) -> String {
    let url = ImageURL(image.url)
    guard url.isLocal else {
      throw Failure(
        .job,
        "not-supported",
        "'\(image.url)' cannot be fetched: downloads by \(url.scheme) are not supported yet",
        advice: "Fetch it yourself and give its path, relative to the job's file.",
        place: job.place(of: image.node)
      )
    }
    let path = Paths.absolute(url.path, from: Paths.folder(of: Paths.absolute(job.file)))
    guard FileSystem.kind(of: path) == .file else {
      throw Failure(
        .job,
        "missing-image",
        "Image file '\(path)' does not exist or is not readable",
        advice:
          "Check the 'url' of '\(image.label)'; a relative one starts at the job's folder. "
          + "Scripts/make-board makes the boards of the examples.",
        place: job.place(of: image.node)
      )
    }
    return path
  }

  /// Looks whether everything that the job wants from this host is there, before anything is started.
  func checkImages() throws(Failure) {
    for action in job.actions {
      guard case .deploy(let deploy) = action.body, deploy.target == .tmpfs else { continue }
      for image in deploy.files { _ = try localPath(of: image) }
    }
  }
}
