// SPDX-License-Identifier: Apache-2.0

import Diagnostics
package import YAMLDocument

/// `docker` of a test action: the container on the host that its definitions run in (spec signals §12).
package struct TestContainer: Sendable {
  /// The image's name: no option of a command line.
  package var image: String
  /// `local: true`: the image is on this host, and is not fetched.
  package var isLocal: Bool
  /// The mapping.
  package var node: YAMLNode
}

extension Reading {
  /// `docker` of a test action.
  func container(_ action: inout MappingReader) -> TestContainer? {
    guard var reader = action.mapping("docker") else { return nil }
    defer { reader.close() }
    let expected = "the name of a container's image"
    let node = reader.node("image", required: true, expected: expected)
    let isLocal = reader.bool("local") ?? false
    // LAVA knows more, and its server takes what it does not know.
    reader.acceptAll()
    if case .mapping(let entries) = reader.node.content {
      for key in entries.map(\.key) where !["image", "local"].contains(key.keyText) {
        report(
          .warning,
          "not-supported",
          "'\((key.keyText ?? "").shortened)' of a test's container has no effect yet",
          at: key,
          advice: "See the table of limits in README.md."
        )
      }
    }
    guard let node, let image = filledString(node, what: "'image'") else { return nil }
    guard isImageName(image) else {
      report(.error, "image-name", "'\(image.shortened)' is not the name of an image", at: node, expected: expected)
      return nil
    }
    return TestContainer(image: image, isLocal: isLocal, node: reader.node)
  }

  /// Whether a text can be a reference to an image: a registry, a path, a tag or a digest (distribution/reference).
  private func isImageName(_ text: String) -> Bool {
    func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }
    guard let first = text.unicodeScalars.first, isLetterOrDigit(first) || first == "[" else { return false }
    return text.unicodeScalars.allSatisfy { isLetterOrDigit($0) || "._-/:@+[]".unicodeScalars.contains($0) }
  }
}
