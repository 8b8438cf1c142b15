// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A git repository as one of test definitions is: many folders of scripts, always the same ones.
struct GeneratedRepository {
  static let folderCount = 200
  static let filesPerFolder = 50
  private static let averageSize = 4500

  let path: String

  /// Writes about 10,000 files of 45 MB together into a new repository, and commits them.
  /// - Parameter folder: for the repository, which the caller removes.
  init(in folder: String) throws(BenchmarkFailure) {
    path = "\(folder)/repository"
    var random = RandomNumbers(seed: 45)
    let words = Self.words(&random)
    try Self.git("init", "--quiet", "--template=", path)
    for number in 0..<Self.folderCount {
      let folder = "\(path)/automated/test-\(number)"
      _ = try ProcessRun(arguments: ["mkdir", "-p", folder]).cost()
      try Self.write(Self.definition(number), to: "\(folder)/definition.yaml")
      for file in 1..<Self.filesPerFolder {
        let size = Int(random.next() % UInt64(2 * Self.averageSize))
        try Self.write(Self.text(of: size, words, &random), to: "\(folder)/file-\(file).sh")
      }
    }
    try Self.git("-C", path, "add", "--all")
    let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    try Self.git(["-C", path] + identity + ["commit", "--quiet", "--message=bench"])
  }

  /// The path of a definition in the repository.
  func definition(_ number: Int) -> String { "automated/test-\(number)/definition.yaml" }

  private static func definition(_ number: Int) -> String {
    """
    metadata:
      format: Lava-Test Test Definition 1.0
      name: test-\(number)
    run:
      steps:
        - lava-test-case works --shell true

    """
  }

  /// Words of a program's text: compressed they take about half of their length.
  private static func words(_ random: inout RandomNumbers) -> [[UInt8]] {
    (0..<5000).map { _ in
      (0..<(3 + Int(random.next() % 7))).map { _ in UInt8(ascii: "a") + UInt8(random.next() % 26) }
    }
  }

  private static func text(of size: Int, _ words: [[UInt8]], _ random: inout RandomNumbers) -> String {
    var text: [UInt8] = []
    while text.count < size {
      text += words[Int(random.next() % UInt64(words.count))]
      text.append(UInt8(ascii: random.next() % 8 == 0 ? "\n" : " "))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) throws(BenchmarkFailure) {
    var file = try OutputFile(path)
    try file.write(text.utf8)
    try file.finish()
  }

  private static func git(_ arguments: String...) throws(BenchmarkFailure) { try git(arguments) }

  private static func git(_ arguments: [String]) throws(BenchmarkFailure) {
    _ = try ProcessRun(arguments: ["git"] + arguments).cost()
  }
}
