// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Downloads
import Events
import HostTools
import JobModel
import Testing

@testable import Dispatcher

/// Where a job says that an image is (spec jobs §5.1).
@Suite struct ImageURLTests {
  @Test(arguments: [
    ("vmlinuz", "file", "vmlinuz"),
    ("../boards/x/vmlinuz", "file", "../boards/x/vmlinuz"),
    ("/srv/a:b/vmlinuz", "file", "/srv/a:b/vmlinuz"),
    ("file:///srv/vmlinuz", "file", "/srv/vmlinuz"),
    ("file:vmlinuz", "file", "vmlinuz"),
    ("http://example.org/vmlinuz", "http", "example.org/vmlinuz"),
    ("https://example.org:8080/a", "https", "example.org:8080/a"),
    ("lxc:///boot.img", "lxc", "/boot.img"),
  ])
  func parts(text: String, scheme: String, path: String) {
    let url = ImageURL(text)
    #expect(url.scheme == scheme)
    #expect(url.path == path)
  }

  @Test(arguments: [
    ("http://host/a/b.img", "b.img", "b"),
    ("http://host/b.img?x=/y#z", "b.img", "b"),
    ("https://host/rootfs.tar.gz", "rootfs.tar.gz", "rootfs.tar"),
    ("http://host/.hidden", ".hidden", ".hidden"),
    ("http://host/plain", "plain", "plain"),
    ("http://host/a/", nil, nil),
    ("http://host", nil, nil),
    ("http://host/..", nil, nil),
    ("../b.img", "b.img", "b"),
    ("what?.img", "what?.img", "what?"),
    ("downloads://b.img", "b.img", "b"),
  ])
  func fileName(text: String, whole: String?, unpacked: String?) {
    #expect(ImageURL(text).fileName(isUnpacked: false) == whole)
    #expect(ImageURL(text).fileName(isUnpacked: true) == unpacked)
  }

  private func check(_ url: String, in folder: TemporaryFolder) async throws -> Failure? {
    let text = """
      job_name: image
      timeouts: {job: {minutes: 5}}
      visibility: public
      actions:
      - deploy:
          to: tmpfs
          images:
            kernel: {image_arg: '-kernel {kernel}', url: '\(url)'}
      """
    let job = try Sample.job(text, file: folder.write(text, to: "job.yaml"))
    var settings = RunSettings(jobID: "4242", outputFolder: folder.file("job"))
    settings.downloadCache = DownloadCache(folder: folder.file("cache"))
    settings.proxies = .none
    let context = JobContext(job: job, device: try Sample.device(Sample.deviceText), settings: settings)
    do throws(Failure) {
      try await context.checkImages(EventLog(sinks: []))
      return nil
    } catch {
      return error
    }
  }

  @Test func relativePathsStartAtTheJob() async throws {
    let folder = TemporaryFolder()
    _ = folder.write("", to: "vmlinuz")
    #expect(try await check("vmlinuz", in: folder) == nil)
    #expect(try await check("./vmlinuz", in: folder) == nil)
    #expect(try await check("file:vmlinuz", in: folder) == nil)
    #expect(try await check("file://\(folder.file("vmlinuz"))", in: folder) == nil)
  }

  @Test func whatCannotBeFetched() async throws {
    let folder = TemporaryFolder()
    let missing = try #require(try await check("vmlinuz", in: folder))
    #expect(missing.kind == .job)
    // LAVA's words (spec jobs §5.1), with the place in the job.
    #expect(missing.message == "Image file '\(folder.file("vmlinuz"))' does not exist or is not readable")
    #expect(missing.place?.line == 8)
    // A folder is no image.
    #expect(try await check(".", in: folder)?.code == "missing-image")
    let remote = try #require(try await check("scp://me:s3cret@example.org/vmlinuz", in: folder))
    #expect(remote.kind == .job)
    #expect(remote.code == "not-supported")
    #expect(remote.message.contains("s3cret") == false)
    #expect(remote.place?.line == 8)
  }

  @Test(.enabled(if: isInstalled("python3"), "there is no python3"))
  func whatAServerDoesNotHave() async throws {
    let folder = TemporaryFolder()
    let server = await FileServer()
    server.serve([1], as: "vmlinuz")
    #expect(try await check(server.url("vmlinuz"), in: folder) == nil)
    let missing = try #require(try await check(server.url("missing"), in: folder))
    #expect(missing.message == "Resource unavailable at '\(server.url("missing"))' (404)")
    #expect(missing.kind == .job)
    #expect(missing.place?.line == 8)
  }
}
