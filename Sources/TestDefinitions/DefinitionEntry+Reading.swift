// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAMLDocument

extension DefinitionEntry {
  /// Reads a job's entry; what is wrong with it goes to `reader`.
  init(_ node: YAMLNode, _ reader: inout NodeReader) {
    name = Self.name(node, &reader)
    path = Self.path(node, &reader)
    parameters =
      reader.parameters(node["parameters"], "'parameters'") + reader.parameters(node["params"], "'params'")
    skipInstall = []
    for item in reader.items(node["skip_install"], "'skip_install'") {
      let word = PythonText.plain(item.value)
      if let part = InstallPart(rawValue: word) {
        skipInstall.insert(part)
      } else {
        let known = InstallPart.allCases.map(\.rawValue)
        reader.report(
          "skip-install",
          "'\(word)' is nothing that 'skip_install' can leave out",
          at: item,
          expected: "one of: " + known.joined(separator: ", "),
          suggestion: Suggestion.nearest(to: word, among: known)
        )
      }
    }
    signalsByKernelLog = Self.signalsByKernelLog(node, &reader)
    expected = node["expected"].map { reader.texts($0, "'expected'") }
  }

  private static func name(_ node: YAMLNode, _ reader: inout NodeReader) -> String {
    guard let name = node["name"] else {
      reader.report("missing-name", "the definition has no 'name'", at: node, advice: "Add 'name:'.")
      return ""
    }
    guard case .string(let text) = name.value else {
      reader.report(
        "not-a-text",
        "a definition's name should be text, this is \(name.kindName)",
        at: name,
        advice: name.quotingAdvice
      )
      return ""
    }
    if text == "lava" {
      reader.report(
        "reserved-name",
        "the name 'lava' is reserved for the results of the job itself",
        at: name,
        advice: "Give the definition another name."
      )
    } else if text.isEmpty || !text.unicodeScalars.allSatisfy(isWordOrHyphen) {
      reader.report(
        "definition-name",
        "the definition's name '\(text)' has characters that a name cannot have",
        at: name,
        expected: "letters, digits, '_' and '-'",
        suggestion: text.isEmpty ? nil : String(String.UnicodeScalarView(text.unicodeScalars.map(wordOrHyphen)))
      )
    }
    return text
  }

  /// Python's `[\w-]`: what `str.isalnum` accepts, `_` and `-`.
  private static func isWordOrHyphen(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || scalar.isPythonWord
  }

  private static func wordOrHyphen(_ scalar: Unicode.Scalar) -> Unicode.Scalar { isWordOrHyphen(scalar) ? scalar : "-" }

  private static func path(_ node: YAMLNode, _ reader: inout NodeReader) -> String {
    guard let path = node["path"] else {
      reader.report(
        "missing-path",
        "the definition has no 'path'",
        at: node,
        advice: "Add 'path:', the name that the definition's YAML gets in its folder."
      )
      return ""
    }
    guard case .string(let text) = path.value, !text.isEmpty else {
      reader.report("not-a-text", "a definition's path should be text, this is \(path.kindName)", at: path)
      return ""
    }
    let components = text.split(separator: "/").filter { $0 != "." }
    let clean = components.joined(separator: "/")
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      reader.report("path-characters", "the path has control characters, such as a line break", at: path)
    } else if text.hasPrefix("/") || components.contains("..") {
      reader.report(
        "path-escapes",
        "the path '\(text)' leads out of the definition's folder",
        at: path,
        expected: "a relative path without '..'"
      )
    } else if components.isEmpty || text.hasSuffix("/") {
      reader.report("path-is-folder", "the path '\(text)' names a folder", at: path, expected: "the path of a file")
    } else if let first = components.first, DefinitionFolder.generatedFiles.contains(String(first)),
      clean != "testdef.yaml"
    {
      reader.report(
        "reserved-path",
        "'\(first)' is the name of a file that Pumice writes itself",
        at: path,
        advice: "Give the definition's file another name."
      )
    }
    return clean
  }

  private static func signalsByKernelLog(_ node: YAMLNode, _ reader: inout NodeReader) -> Bool {
    guard let choice = node["lava-signal"] else { return false }
    let word = PythonText.plain(choice.value)
    if word != "kmsg", word != "stdout" {
      reader.report(
        "lava-signal",
        "'\(word)' is no way that signals can go",
        at: choice,
        expected: "one of: kmsg, stdout",
        suggestion: Suggestion.nearest(to: word, among: ["kmsg", "stdout"])
      )
    }
    return word == "kmsg"
  }
}
