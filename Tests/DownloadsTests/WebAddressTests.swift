// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Downloads

/// URLs, as RFC 3986 has them.
@Suite struct WebAddressTests {
  @Test(arguments: [
    ("http://host", "http://host/"),
    ("HTTP://Host:80/Path", "http://host/Path"),
    ("https://host:443", "https://host/"),
    ("https://host:80/", "https://host:80/"),
    ("http://host?q", "http://host/?q"),
    ("http://host/a?q=1/../2#fragment", "http://host/a?q=1/../2"),
    ("http://host/a/./b/../c//d", "http://host/a/c//d"),
    ("http://host/a/..", "http://host/"),
    ("http://host/../../a", "http://host/a"),
    ("http://host/a b|c\u{e9}", "http://host/a%20b%7Cc%C3%A9"),
    ("http://host/a%20b%zz%", "http://host/a%20b%25zz%25"),
    ("http://user:pw@host:8080/a", "http://host:8080/a"),
    ("http://a@b@host/", "http://host/"),
    ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ("http://host:/", "http://host/"),
  ])
  func text(url: String, expected: String) throws {
    #expect(try #require(WebAddress(url)).text == expected)
  }

  @Test(arguments: [
    "", "host", "/path", "file:///path", "ftp://host/", "http:", "http:/host", "http://", "http:///path", "http://:80/",
    "http://host:0/", "http://host:65536/", "http://host:x/", "http://host:-1/", "http://a b/", "http://host\n/",
    "http://[::1", "http://[::1]x/", "http://[host]/", "http://h\u{f6}st/",
  ])
  func noURL(text: String) { #expect(WebAddress(text) == nil) }

  /// The examples of RFC 3986 §5.4 that http servers can be asked for.
  @Test(arguments: [
    ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"), ("g?y", "/b/c/g?y"),
    ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), (";x", "/b/c/;x"), ("", "/b/c/d;p?q"), (".", "/b/c/"), ("./", "/b/c/"),
    ("..", "/b/"), ("../", "/b/"), ("../g", "/b/g"), ("../..", "/"), ("../../g", "/g"), ("../../../g", "/g"),
    ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."), ("g;x=1/../y", "/b/c/y"), ("g?y/../x", "/b/c/g?y/../x"),
  ])
  func relative(location: String, target: String) throws {
    let base = try #require(WebAddress("http://a/b/c/d;p?q"))
    #expect(base.redirected(to: location)?.text == "http://a\(target)")
  }

  @Test(arguments: [
    ("//g/x", "https://g/x"), ("http://g/x", "http://g/x"), ("ftp://g/x", nil), ("mailto:me", nil), ("g:h", nil),
    ("x/a:b", "https://a/b/x/a:b"),
  ])
  func elsewhere(location: String, expected: String?) throws {
    let base = try #require(WebAddress("https://user@a/b/c"))
    let next = base.redirected(to: location)
    #expect(next?.text == expected)
    #expect(next?.userInfo == nil)
  }

  @Test(arguments: [
    ("http://a/x", "http://a/y", true), ("http://a/", "http://b/", false), ("http://a/", "http://a:8080/", false),
    ("http://a/", "https://a/", true), ("https://a/", "http://a/", false), ("http://a:8080/", "https://a/", false),
  ])
  func secrets(from: String, to: String, isShared: Bool) throws {
    let other = try #require(WebAddress(to))
    #expect(try #require(WebAddress(from)).sharesSecrets(with: other) == isShared)
  }

  @Test(arguments: [
    ("http://host/path", "http://host/path"),
    ("http://me:s3cret@host/path", "http://me:[MASKED]@host/path"),
    ("https://t0ken@host/", "https://[MASKED]@host/"),
    ("http://me:a@b:c@host", "http://me:[MASKED]@host"),
    ("http://host/?x=1&token=s3cret&y", "http://host/?x=1&token=[MASKED]&y"),
    ("http://host/?X-Amz-Signature=abc&X-Amz-Date=1", "http://host/?X-Amz-Signature=[MASKED]&X-Amz-Date=1"),
    ("http://host/?sv=1&sig=abc", "http://host/?sv=1&sig=[MASKED]"),
    ("http://host/?a=me:pw@x", "http://host/?a=me:pw@x"),
    ("/path/of:a@file", "/path/of:a@file"),
    ("scp://me:pw@host/x", "scp://me:[MASKED]@host/x"),
  ])
  func masked(url: String, expected: String) { #expect(MaskedURL.text(url) == expected) }
}
