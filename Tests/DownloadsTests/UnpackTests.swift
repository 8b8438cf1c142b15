// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Testing

@testable import Downloads

/// Files that are unpacked on their way.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct UnpackTests {
  /// Text with a long part that is all zeros.
  private static let content =
    Array(repeating: Array("all work and no play\n".utf8), count: 5000).flatMap(\.self)
    + [UInt8](repeating: 0, count: 700_000) + Array("end".utf8)

  /// Puts a file up as `file`, and packed by the host's own programs as `file.<compression>`.
  private func serve(_ content: [UInt8], _ compression: Compression, on server: FileServer) {
    server.serve(content, as: "file")
    let command =
      switch compression {
      case .bzip2: "bzip2 -k file"
      case .gzip: "gzip -k file"
      case .xz: "xz -k file"
      case .zip: "python3 -m zipfile -c file.zip file"
      case .zstd: "zstd -q file -o file.zstd"
      }
    #expect(run(["sh", "-c", command], in: server.folder.file("files")).status == 0)
  }

  @Test(arguments: Compression.allCases, [content, [], noise(3)])
  func unpacks(compression: Compression, content: [UInt8]) async throws {
    let bench = await Workbench()
    serve(content, compression, on: bench.server)
    let packed = bench.server.folder.file("files/file.\(compression.rawValue)")
    let sums = try Checksum.Algorithm.allCases.map { try hostSum($0, packed) }
    let downloaded = try await bench.fetch("file.\(compression.rawValue)") {
      $0.compression = compression
      $0.checksums = sums
    }
    #expect(bench.result == content)
    // The sums and the size are those of the file as it is served (spec jobs §5.1).
    #expect(downloaded.sha256 == sums[1].hex)
    #expect(downloaded.size == bytes(of: packed).count)
    #expect(downloaded.unpackedSize == content.count)
  }

  @Test func zerosTakeNoRoom() async throws {
    let bench = await Workbench()
    serve([UInt8](repeating: 0, count: 8 << 20) + [1], .gzip, on: bench.server)
    try await bench.fetch("file.gz") { $0.compression = .gzip }
    #expect(bench.result.count == 8 << 20 + 1)
    let blocks = try #require(Int(run(["stat", "-c", "%b", bench.destination]).output.dropLast()))
    #expect(blocks * 512 < 1 << 20)
  }

  /// A file that is packed twice is unpacked once, as gunzip does.
  @Test func unpacksOnce() async throws {
    let bench = await Workbench()
    serve(noise(1000), .gzip, on: bench.server)
    let once = bytes(of: bench.server.folder.file("files/file.gz"))
    serve(once, .xz, on: bench.server)
    try await bench.fetch("file.xz") { $0.compression = .xz }
    #expect(bench.result == once)
  }

  @Test(arguments: Compression.allCases)
  func whatIsNotPackedSo(compression: Compression) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let failure = try await bench.failure("file") { $0.compression = compression }
    #expect(failure.kind == .job)
    #expect(failure.code == "not-compressed")
    #expect(failure.message.hasPrefix("'\(bench.server.url("file"))' is not compressed with "))
    // Nor is one that is packed in another way.
    let other: Compression = compression == .gzip ? .xz : .gzip
    serve(noise(1000), other, on: bench.server)
    let second = try await bench.failure("file.\(other.rawValue)") { $0.compression = compression }
    #expect(second.code == "not-compressed")
  }

  @Test(arguments: Compression.allCases)
  func whatIsCutShort(compression: Compression) async throws {
    let bench = await Workbench()
    serve(noise(300_000), compression, on: bench.server)
    let packed = bytes(of: bench.server.folder.file("files/file.\(compression.rawValue)"))
    bench.server.serve(Array(packed[..<(packed.count / 2)]), as: "half")
    let failure = try await bench.failure("half") { $0.compression = compression }
    // What zip archives hold stands at their end.
    #expect(failure.code == (compression == .zip ? "not-compressed" : "archive-decompress"))
  }

  /// One bit in the sum at the end.
  @Test(arguments: [(Compression.gzip, 5), (.bzip2, 3), (.xz, 30), (.zstd, 2)])
  func whatIsDamaged(compression: Compression, fromEnd: Int) async throws {
    let bench = await Workbench()
    serve(noise(100_000), compression, on: bench.server)
    var packed = bytes(of: bench.server.folder.file("files/file.\(compression.rawValue)"))
    packed[packed.count - fromEnd] ^= 1
    bench.server.serve(packed, as: "damaged")
    let failure = try await bench.failure("damaged") { $0.compression = compression }
    #expect(failure.code == "archive-decompress")
    #expect(failure.kind == .infrastructure)
  }

  @Test(arguments: [2, 3])
  func zipArchivesOfOtherThanOneFile(count: Int) async throws {
    let bench = await Workbench()
    let names = (0..<count).map { "part-\($0)" }
    for name in names { bench.server.serve(noise(10), as: name) }
    let script = "import sys, zipfile; a = zipfile.ZipFile('file.zip', 'w'); [a.write(name) for name in sys.argv[1:]]"
    #expect(run(["python3", "-c", script] + names, in: bench.server.folder.file("files")).status == 0)
    let failure = try await bench.failure("file.zip") { $0.compression = .zip }
    #expect(failure.kind == .job)
    #expect(failure.message.contains("holds \(count) files"))
  }

  @Test func aZipArchiveWithAFolder() async throws {
    let bench = await Workbench()
    let script = """
      import zipfile; a = zipfile.ZipFile('file.zip', 'w'); a.writestr('d/', ''); a.writestr('d/x', 'content'); a.close()
      """
    #expect(run(["python3", "-c", script], in: bench.server.folder.file("files")).status == 0)
    try await bench.fetch("file.zip") { $0.compression = .zip }
    #expect(String(decoding: bench.result, as: UTF8.self) == "content")
  }

  /// 64 MB of zeros in a few kilobytes.
  @Test(arguments: Compression.allCases)
  func bombs(compression: Compression) async throws {
    let bench = await Workbench()
    #expect(run(["truncate", "-s", "64M", bench.server.folder.file("files/file")]).status == 0)
    let command =
      switch compression {
      case .bzip2: "bzip2 -1 file"
      case .gzip: "gzip -1 file"
      case .xz: "xz -1 file"
      case .zip: "python3 -m zipfile -c file.zip file"
      case .zstd: "zstd -q -1 file -o file.zstd"
      }
    #expect(run(["sh", "-c", command], in: bench.server.folder.file("files")).status == 0)
    let failure = try await bench.failure("file.\(compression.rawValue)") {
      $0.compression = compression
      $0.sizeLimit = 1_000_000
    }
    #expect(failure.kind == .job)
    #expect(failure.code == "file-too-large")
    #expect(failure.message.contains("1000000 bytes"))
  }

  /// A file that says its size is refused before it comes; another one as soon as it is too large.
  @Test(arguments: ["file", "chunked/file"])
  func tooLargeAsItIs(path: String) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1_000_000), as: "file")
    let failure = try await bench.failure(path) { $0.sizeLimit = 999_999 }
    #expect(failure.code == "file-too-large")
    #expect(failure.message.contains(path == "file" ? "has 1000000 bytes" : "has more bytes"))
    // What will never be complete takes no room.
    #expect(run(["find", bench.folder.file("cache/partial"), "-size", "+8k"]).output == "")
    try await bench.fetch(path) { $0.sizeLimit = 1_000_000 }
  }
}
