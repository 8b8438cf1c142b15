// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import SecureShell
import Testing

/// Files that are copied to a board.
@Suite(.enabled(if: SSHServer.Kind.openSSH.isInstalled, "there is no OpenSSH server")) struct UploadTests {
  private let folder = TemporaryFolder()

  /// A file with every byte in it, a bit longer than a number of pieces.
  private func sample(_ size: Int) -> String {
    let path = folder.file("sample")
    let made = run(["sh", "-c", "head -c \(size) /dev/urandom > '\(path)'"])
    #expect(made.status == 0)
    return path
  }

  /// A server whose users do not find `programs`, in front of those of the host.
  private func server(without programs: [String: String] = [:], hasSFTP: Bool = true) async -> SSHServer {
    var lines = ""
    if !programs.isEmpty {
      let place = folder.file("programs")
      #expect(run(["mkdir", "-p", place]).status == 0)
      for (name, text) in programs {
        let path = folder.write(text, to: "programs/\(name)")
        #expect(run(["chmod", "+x", path]).status == 0)
      }
      lines = "SetEnv PATH=\(place):/usr/bin:/bin"
    }
    return await SSHServer(.openSSH, options: lines, hasSFTP: hasSFTP)
  }

  private static let missing = "#!/bin/sh\nexit 127\n"

  @Test(arguments: [0, 1, 32 << 10, 3_000_001]) func everySize(_ size: Int) async throws {
    let server = await server()
    let connection = try await SSHConnection.open(server.target)
    let file = sample(size)
    let target = folder.file("it's a copy")
    #expect(try await connection.upload(file, to: target) == .scp)
    #expect(run(["cmp", file, target]).status == 0)
    await connection.close()
  }

  @Test func aBoardWithoutSCP() async throws {
    let server = await server(without: ["scp": Self.missing])
    let connection = try await SSHConnection.open(server.target)
    let file = sample(3_000_001)
    let target = folder.write("longer than nothing", to: "copy")
    #expect(try await connection.upload(file, to: target) == .sftp)
    #expect(run(["cmp", file, target]).status == 0)
    await connection.close()
  }

  @Test func aBoardWithoutBoth() async throws {
    let server = await server(without: ["scp": Self.missing], hasSFTP: false)
    let connection = try await SSHConnection.open(server.target)
    let file = sample(3_000_001)
    let target = folder.file("copy")
    #expect(try await connection.upload(file, to: target) == .cat)
    #expect(run(["cmp", file, target]).status == 0)
    await connection.close()
  }

  @Test(arguments: ["scp", "sftp", "cat"]) func aFolderThatIsNotThere(_ method: String) async throws {
    let programs = method == "scp" ? [:] : ["scp": Self.missing]
    let server = await server(without: programs, hasSFTP: method != "cat")
    let connection = try await SSHConnection.open(server.target)
    let found = await #expect(throws: Failure.self) {
      try await connection.upload(sample(100_000), to: folder.file("no/such/copy"))
    }
    #expect(found?.code == "ssh-upload-failed")
    #expect(found?.cause?.contains("o such file") == true, "\(found?.cause ?? "")")
    #expect(try await connection.execute("echo still").text == "still")
    await connection.close()
  }

  /// What a device without room says.
  @Test(arguments: ["scp", "sftp", "cat"]) func aFullDisk(_ method: String) async throws {
    let programs = method == "scp" ? [:] : ["scp": Self.missing]
    let server = await server(without: programs, hasSFTP: method != "cat")
    let connection = try await SSHConnection.open(server.target)
    // Not the device itself: what is left of a failed copy is removed.
    #expect(run(["ln", "-s", "/dev/full", folder.file("full")]).status == 0)
    let found = await #expect(throws: Failure.self) {
      try await connection.upload(sample(1_000_000), to: folder.file("full"))
    }
    #expect(found?.code == "ssh-upload-failed", "\(String(describing: found))")
    if method != "sftp" { #expect(found?.cause?.contains("No space left on device") == true, "\(found?.cause ?? "")") }
    #expect(run(["test", "-L", folder.file("full")]).status == 1)
    await connection.close()
  }

  @Test func aServerThatDiesMeanwhile() async throws {
    let server = await server(
      without: ["scp": "#!/bin/sh\nprintf '\\0\\0'; head -c 100000 > /dev/null; kill -9 $PPID; sleep 5\n"]
    )
    let connection = try await SSHConnection.open(server.target)
    let found = await #expect(throws: Failure.self) {
      try await connection.upload(sample(5_000_000), to: folder.file("x"))
    }
    #expect(found?.code == "ssh-connection-lost", "\(String(describing: found))")
    await connection.close()
  }
}
