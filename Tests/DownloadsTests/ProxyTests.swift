// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing

@testable import Downloads

/// Which proxy serves which URL.
@Suite struct ProxyTests {
  private static let choices: [(url: String, environment: [String: String], proxy: String?)] = [
    ("http://host/", ["http_proxy": "http://p:3128"], "p:3128"),
    ("http://host/", ["http_proxy": "p:3128/"], "p:3128"),
    ("http://host/", ["http_proxy": "http://p"], "p:80"),
    // Made of a request's header by web servers (CVE-2016-5385).
    ("http://host/", ["HTTP_PROXY": "http://p:1"], nil),
    ("http://host/", ["https_proxy": "http://p:1"], nil),
    ("https://host/", ["http_proxy": "http://p:1"], nil),
    ("https://host/", ["HTTPS_PROXY": "http://p:1"], "p:1"),
    ("https://host/", ["HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:2"], "q:2"),
    ("https://host/", ["https_proxy": "", "ALL_PROXY": "http://p:1"], "p:1"),
    ("http://host/", ["http_proxy": "http://p:1", "no_proxy": "*"], nil),
    ("http://host/", ["http_proxy": "http://p:1", "no_proxy": "a, host"], nil),
    ("http://www.host/", ["http_proxy": "http://p:1", "NO_PROXY": "host"], nil),
    ("http://www.host/", ["http_proxy": "http://p:1", "no_proxy": ".host"], nil),
    ("http://myhost/", ["http_proxy": "http://p:1", "no_proxy": "host"], "p:1"),
    ("http://host:8080/", ["http_proxy": "http://p:1", "no_proxy": "host:8080"], nil),
    ("http://host/", ["http_proxy": "http://p:1", "no_proxy": "host:8080"], "p:1"),
    ("http://10.1.2.3/", ["http_proxy": "http://p:1", "no_proxy": "10.0.0.0/8"], nil),
    ("http://11.1.2.3/", ["http_proxy": "http://p:1", "no_proxy": "10.0.0.0/8"], "p:1"),
    ("http://host/", ["http_proxy": "http://p:1", "no_proxy": "0.0.0.0/0"], "p:1"),
    ("http://[::1]/", ["http_proxy": "http://p:1", "no_proxy": "::1"], nil),
    ("http://[::1]/", ["http_proxy": "http://p:1", "no_proxy": "[::1]:80"], nil),
  ]

  @Test(arguments: choices)
  func choice(url: String, environment: [String: String], expected: String?) throws {
    let address = try #require(WebAddress(url))
    let proxy = try Proxies { environment[$0] }.proxy(for: address)
    #expect(proxy.map { "\($0.host):\($0.port)" } == expected)
  }

  @Test func userOfAProxy() throws {
    let proxies = Proxies { $0 == "http_proxy" ? "http://me:p%40ss@p:1" : nil }
    let address = try #require(WebAddress("http://host/"))
    let proxy = try #require(try proxies.proxy(for: address))
    #expect(proxy == Proxies.Proxy(host: "p", port: 1, user: "me", password: "p@ss"))
  }

  @Test(arguments: ["socks5://p:1", "https://p:1", "http://me:s3cret@", "::"])
  func noProxy(text: String) throws {
    let address = try #require(WebAddress("http://host/"))
    let failure = #expect(throws: Failure.self) {
      try Proxies { $0 == "http_proxy" ? text : nil }.proxy(for: address)
    }
    #expect(failure?.kind == .configuration)
    #expect(failure?.message.contains("s3cret") == false)
  }

  /// Plain HTTP: the proxy is asked with the whole URL. The name of the host is the proxy's to find out.
  @Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
  struct PlainTests {
    @Test func plainHTTP() async throws {
      let bench = await Workbench()
      bench.server.serve(noise(300_000), as: "file")
      let downloader = bench.downloader(
        proxies: Proxies { $0 == "http_proxy" ? "me:pw@127.0.0.1:\(bench.server.port)" : nil }
      )
      for path in ["file", "to-1/chunked/file", "cut-2/file", "status-503-1/file"] {
        var request = DownloadRequest("http://files.invalid/\(path)")
        request.headers = [("X-Token", "one")]
        let downloaded = try await downloader.fetch(request, to: bench.destination)
        #expect(bench.result == noise(300_000))
        #expect(downloaded.source == .server)
      }
      #expect(try await downloader.check(DownloadRequest("http://files.invalid/file")) == 300_000)
      let failure = await #expect(throws: Failure.self) {
        try await downloader.fetch(DownloadRequest("http://files.invalid/missing"), to: bench.destination)
      }
      #expect(failure?.message == "Resource unavailable at 'http://files.invalid/missing' (404)")
      // `printf 'me:pw' | base64`
      #expect(bench.server.requests.allSatisfy { $0.contains(" http://files.invalid/") })
      #expect(bench.server.requests.allSatisfy { $0.contains("Proxy-Authorization: Basic bWU6cHc=") })
    }

    @Test func aProxyThatIsGoneOrSilent() async throws {
      let bench = await Workbench(attempts: 100)
      bench.server.serve(noise(1000), as: "file")
      let proxies = Proxies { $0 == "http_proxy" ? "127.0.0.1:\(bench.server.port)" : nil }
      let downloader = bench.downloader(proxies: proxies, idleTimeout: .seconds(2))
      let progress = ProgressKeeper()
      let stalling = DownloadRequest("http://files.invalid/stall-1/file")
      _ = try await downloader.fetch(stalling, to: bench.destination) { progress.keep($0) }
      #expect(bench.result == noise(1000))
      let reasons = progress.all.compactMap { if case .retrying(let reason, _) = $0 { reason } else { nil } }
      #expect(reasons.contains("the proxy has said nothing for too long"))
      await bench.server.stop()
      let failure = await #expect(throws: Failure.self) {
        try await downloader.fetch(DownloadRequest("http://files.invalid/file"), to: bench.destination)
      }
      #expect(failure?.kind == .infrastructure)
      #expect(failure?.message.contains("no connection to the proxy 127.0.0.1:\(bench.server.port): ") == true)
    }

    @Test func aProxyThatWantsAPassword() async throws {
      let bench = await Workbench()
      let proxies = Proxies { $0 == "http_proxy" ? "127.0.0.1:\(bench.server.port)" : nil }
      let failure = await #expect(throws: Failure.self) {
        try await bench.downloader(proxies: proxies)
          .fetch(DownloadRequest("http://files.invalid/status-407-9/file"), to: bench.destination)
      }
      #expect(failure?.kind == .configuration)
      #expect(failure?.advice?.contains("http_proxy") == true)
    }
  }
}

/// HTTPS.
@Suite(
  .enabled(if: isInstalled("python3"), "there is no python3"),
  .enabled(if: isInstalled("openssl"), "there is no openssl")
)
struct TLSTests {
  /// A certificate for 127.0.0.1 that nobody has signed, with its key.
  private let folder = TemporaryFolder()
  private var certificate: String { folder.file("certificate.pem") }

  init() throws {
    let made = run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.file("key.pem"), "-out",
      folder.file("own.pem"),
    ])
    try #require(made.status == 0, "\(made.output)")
    #expect(run(["sh", "-c", "cat key.pem own.pem > certificate.pem"], in: folder.path).status == 0)
  }

  @Test func aCertificateThatIsTrusted() async throws {
    let bench = await Workbench(certificate: certificate)
    bench.server.serve(noise(300_000), as: "file")
    let downloader = bench.downloader(certificates: folder.file("own.pem"))
    for path in ["file", "cut-1/file", "to-1/file"] {
      _ = try await downloader.fetch(DownloadRequest(bench.server.url(path)), to: bench.destination)
      #expect(bench.result == noise(300_000))
    }
  }

  @Test func oneThatIsNot() async throws {
    let bench = await Workbench(certificate: certificate)
    bench.server.serve(noise(10), as: "file")
    let failure = try await bench.failure("file")
    #expect(failure.kind == .infrastructure)
    #expect(failure.code == "certificate")
    #expect(failure.message.contains("'127.0.0.1:\(bench.server.port)'"))
    #expect(bench.server.requests == [])
  }

  @Test func byWayOfAProxy() async throws {
    let bench = await Workbench(certificate: certificate)
    bench.server.serve(noise(300_000), as: "file")
    let proxy = await FileServer()
    let proxies = Proxies { $0 == "https_proxy" ? "http://me:pw@127.0.0.1:\(proxy.port)" : nil }
    let downloader = bench.downloader(proxies: proxies, certificates: folder.file("own.pem"))
    _ = try await downloader.fetch(DownloadRequest(bench.server.url("file")), to: bench.destination)
    #expect(bench.result == noise(300_000))
    // What TLS protects does not concern the proxy.
    #expect(proxy.requests == ["CONNECT 127.0.0.1:\(bench.server.port) | Proxy-Authorization: Basic bWU6cHc="])
    #expect(bench.server.requests == ["GET /file"])
  }
}
