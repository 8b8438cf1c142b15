// SPDX-License-Identifier: Apache-2.0

import Diagnostics
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

  private func check(_ url: String, in folder: TemporaryFolder) throws -> Failure? {
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
    let context = Sample.context(job, try Sample.device(Sample.deviceText))
    do throws(Failure) {
      try context.checkImages()
      return nil
    } catch {
      return error
    }
  }

  @Test func relativePathsStartAtTheJob() throws {
    let folder = TemporaryFolder()
    _ = folder.write("", to: "vmlinuz")
    #expect(try check("vmlinuz", in: folder) == nil)
    #expect(try check("./vmlinuz", in: folder) == nil)
    #expect(try check("file:vmlinuz", in: folder) == nil)
    #expect(try check("file://\(folder.file("vmlinuz"))", in: folder) == nil)
  }

  @Test func whatCannotBeFetched() throws {
    let folder = TemporaryFolder()
    let missing = try #require(try check("vmlinuz", in: folder))
    #expect(missing.kind == .job)
    // LAVA's words (spec jobs §5.1), with the place in the job.
    #expect(missing.message == "Image file '\(folder.file("vmlinuz"))' does not exist or is not readable")
    #expect(missing.place?.line == 8)
    // A folder is no image.
    #expect(try check(".", in: folder)?.code == "missing-image")
    let remote = try #require(try check("http://example.org/vmlinuz", in: folder))
    #expect(remote.kind == .job)
    #expect(remote.code == "not-supported")
    #expect(remote.place?.line == 8)
  }
}
