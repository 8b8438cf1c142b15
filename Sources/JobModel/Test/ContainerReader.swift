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

private let imageNameRule = "the name of a container's image"

extension Reading {
  /// `docker` of a test action.
  func container(_ action: inout MappingReader) -> TestContainer? {
    guard var reader = action.mapping("docker") else { return nil }
    defer { reader.close() }
    let (image, isLocal) = containerSource(&reader)
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
    return image.map { TestContainer(image: $0, isLocal: isLocal, node: reader.node) }
  }

  /// The image of a container and whether it is on this host, as LAVA says it wherever it starts one.
  func containerSource(_ reader: inout MappingReader, _ key: String = "image") -> (name: String?, isLocal: Bool) {
    // LAVA knows these as well; nothing here reads them.
    reader.acceptUnlisted(["container_name", "login", "network_from", "os"])
    let node = reader.node(key, required: true, expected: imageNameRule)
    return (node.flatMap { imageName($0, what: "'\(key)'") }, reader.bool("local") ?? false)
  }

  /// `docker` of an action that LAVA can start in a container of the host.
  ///
  /// - Parameter more: what else such a container has: texts.
  /// - Returns: whether it is there.
  func hostContainer(_ action: inout MappingReader, _ key: String, with more: [String] = []) -> Bool {
    guard var reader = action.mapping(key) else { return false }
    _ = containerSource(&reader)
    for name in more { _ = reader.filledString(name) }
    reader.close()
    return true
  }

  /// The name of a container's image: no option of a command line.
  func imageName(_ node: YAMLNode, what: String) -> String? {
    guard let image = filledString(node, what: what) else { return nil }
    if isImageName(image) { return image }
    report(.error, "image-name", "'\(image.shortened)' is not the name of an image", at: node, expected: imageNameRule)
    return nil
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
