// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Downloads
import Files
import JobModel
import Patterns
import YAMLDocument

// What an image of a job is to the downloader.

extension JobContext {
  /// Fetches what a job names.
  var downloader: Downloader { Downloader(cache: settings.downloadCache, proxies: settings.proxies) }

  /// The files that a `to: downloads` of a namespace has brought (spec jobs §5.9).
  func downloadsFolder(of namespace: String) -> String { "\(settings.workFolder)/downloads/\(namespace)" }

  /// The URL of an image with the device's `static_info` filled in for `{…}` (spec jobs §5.1).
  func url(of image: Image) -> String { filled(image.url) }

  /// A text of the job with the device's `static_info` filled in.
  func filled(_ text: String) -> String {
    var url = text
    guard url.contains("{") else { return url }
    for entry in device.staticInfo.sequence ?? [] {
      for pair in entry.mapping ?? [] {
        guard let key = pair.key.string, let value = pair.value.string ?? pair.value.int.map(String.init) else {
          continue
        }
        url = url.split(separator: "{\(key)}", omittingEmptySubsequences: false).joined(separator: value)
      }
    }
    return url
  }

  /// What is asked of the downloader for an image.
  ///
  /// - Throws: a job failure with the image's place, where Pumice cannot fetch it.
  func request(for image: Image, in namespace: String) throws(Failure) -> DownloadRequest {
    let text = url(of: image)
    let url = ImageURL(text)
    var request = DownloadRequest(url.isLocal ? try localPath(url, of: image) : text)
    if url.scheme == "downloads" {
      let name = Paths.normalize("/\(url.path)")
      request.url = downloadsFolder(of: namespace) + name
    } else if !url.isSupported {
      throw Failure(
        .job,
        "not-supported",
        "'\(MaskedURL.text(text))' cannot be fetched: Pumice fetches http, https and file, and not \(url.scheme)",
        advice: "Fetch it yourself and give its path, relative to the job's file.",
        place: job.place(of: image.node)
      )
    }
    request.checksums = image.checksums.compactMap { sum in
      Checksum.Algorithm(rawValue: sum.algorithm).flatMap { Checksum($0, sum.value) }
    }
    if image.isUnpackedOnTheWay {
      request.compression = image.compression.flatMap { Compression(rawValue: $0.rawValue) }
    }
    request.headers = image.headers
    request.usesCache = image.usesCache
    return request
  }

  /// The same request to the dispatcher's cache of downloads; nil where it does not go there (spec jobs §5.1).
  ///
  /// - Throws: a configuration failure for a rule that is no pattern.
  func cached(_ request: DownloadRequest) throws(Failure) -> DownloadRequest? {
    let configuration = settings.dispatcher
    guard !configuration.httpURLFormat.isEmpty, request.usesCache, ImageURL(request.url).isWeb else { return nil }
    if try Self.matches(request.url, configuration.cacheExcludes) { return nil }
    if !configuration.cacheIncludes.isEmpty {
      guard try Self.matches(request.url, configuration.cacheIncludes) else { return nil }
    }
    var cached = request
    cached.url = PercentText.filled(configuration.httpURLFormat, with: PercentText.quoted(request.url))
    return cached
  }

  private static func matches(_ url: String, _ rules: [String]) throws(Failure) -> Bool {
    for rule in rules {
      do throws(PatternError) {
        if try Pattern(rule).firstMatch(in: Array(url.utf8)) != nil { return true }
      } catch {
        throw Failure(
          .configuration,
          "cache-rule",
          "'\(rule)' in the dispatcher's http_cache rules is no pattern",
          advice: "Write it as a regular expression of Python.",
          cause: "\(error)"
        )
      }
    }
    return false
  }

  /// A file of this host that a job names.
  private func localPath(_ url: ImageURL, of image: Image) throws(Failure) -> String {
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
}

extension Image {
  /// A ramdisk stays packed: what boots it can unpack it (spec jobs §5.1).
  var isUnpackedOnTheWay: Bool { compression != nil && label != "ramdisk" }
}

/// Python's ways with the URL in `http_url_format_string % quote_plus(url)`.
enum PercentText {
  /// What `quote_plus` of Python's urllib.parse makes of a text.
  static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: " "): bytes.append(UInt8(ascii: "+"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        bytes += (hex.count == 1 ? "%0\(hex)" : "%\(hex)").utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `format % value`: the first `%s` becomes the value, `%%` a percent sign.
  static func filled(_ format: String, with value: String) -> String {
    var output = ""
    var isFilled = false
    var rest = format[...]
    while let character = rest.popFirst() {
      if character == "%", rest.first == "%" {
        rest.removeFirst()
        output.append("%")
      } else if character == "%", rest.first == "s", !isFilled {
        rest.removeFirst()
        output += value
        isFilled = true
      } else {
        output.append(character)
      }
    }
    return output
  }
}
