// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files

/// A bare repository in the cache with what was fetched from one address. It is only ever added to, one command at a
/// time; whoever reads needs no lock.
struct GitMirror: Sendable {
  let address: GitAddress
  let git: GitProgram
  /// The git folder.
  let path: String

  /// As many commits as there are: what `--depth` takes to get the rest of a shallow history.
  private static let wholeDepth = 2_147_483_647

  init(of address: GitAddress, in cache: String, _ git: GitProgram) {
    self.address = address
    self.git = git
    path = Paths.join(cache, Self.name(of: address.location))
  }

  /// A name for each address, and none for two: what is neither a letter, a digit nor `.-_` as `%XX`. In pieces, for a
  /// name has 255 bytes at most; a piece that goes on ends with `~`.
  static func name(of location: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var pieces: [[UInt8]] = [[]]
    for byte in location.utf8 {
      let last = pieces.count - 1
      if pieces[last].count >= 200 { pieces.append([]) }
      let isFirst = pieces[pieces.count - 1].isEmpty
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        // Names that begin with a dot are hidden, or mean a folder itself and the one above it.
        UInt8(ascii: ".") where !isFirst:
        pieces[pieces.count - 1].append(byte)
      default: pieces[pieces.count - 1] += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return pieces.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "~/")
  }

  private var lock: String { "\(path)~lock" }

  /// Makes the mirror where it is not there yet.
  func prepare() async throws(Failure) {
    try FileSystem.makeFolder(Paths.folder(of: path), mode: 0o700)
    let attributes = "\(path)/info/attributes"
    if FileSystem.exists(attributes) { return }
    try await git.require(["init", "--quiet", "--bare", "--template="], in: path, lock: lock)
    try FileSystem.makeFolder("\(path)/info")
    // What `git archive` leaves out or fills in by a repository's own attributes a clone has as it is.
    try FileSystem.writeAtomically(Array("* -export-ignore -export-subst\n".utf8), to: attributes)
  }

  /// The commit that a revision names in what is there already.
  func known(_ revision: String) async throws(Failure) -> String? {
    let output = try await git.run(["rev-parse", "--verify", "--quiet", "\(revision)^{commit}"], in: path)
    let commit = output.text.split(separator: "\n").last.map(String.init) ?? ""
    return output.isSuccess && Self.isObjectName(commit) ? commit : nil
  }

  /// Whether a text is the full name of an object: 40 digits of SHA-1, or 64 of SHA-256.
  static func isObjectName(_ text: String) -> Bool {
    [40, 64].contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  // MARK: - Fetching

  /// What the repository's references of these names point to.
  func remoteReferences(_ names: [String]) async throws(Failure) -> [String: String] {
    let output = try await git.run(["ls-remote", address.location] + names, in: path, address: address)
    guard output.isSuccess else { throw failure(output.lastLines) }
    var found: [String: String] = [:]
    for line in output.text.split(separator: "\n") {
      let fields = line.split(separator: "\t")
      guard fields.count == 2, Self.isObjectName(String(fields[0])) else { continue }
      found[String(fields[1])] = String(fields[0])
    }
    return found
  }

  /// Fetches a reference or an object, without the history before it where the mirror has no history yet.
  ///
  /// - Parameter target: the object that it is expected to be.
  /// - Returns: the commit.
  func fetch(_ name: String, as target: String) async throws(Failure) -> String {
    let own = "refs/pumice/\(target)"
    var output = try await fetch(["+\(name):\(own)"], depth: hasHistory ? nil : 1)
    // Some servers cannot leave anything out.
    if !output.isSuccess, output.text.contains("shallow") {
      output = try await fetch(["+\(name):\(own)"], depth: nil)
    }
    guard output.isSuccess, let commit = try await known(own) else { throw failure(output.lastLines) }
    return commit
  }

  /// Fetches every branch and every tag with their history.
  func fetchAll() async throws(Failure) {
    let everything = ["+refs/heads/*:refs/heads/*", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
    let output = try await fetch(everything, depth: isShallow ? Self.wholeDepth : nil, prunes: true)
    guard output.isSuccess else { throw failure(output.lastLines) }
    try FileSystem.write([], to: historyMarker)
  }

  private var historyMarker: String { "\(path)/pumice-has-history" }

  private var isShallow: Bool { FileSystem.exists("\(path)/shallow") }

  /// Whether everything was fetched once. To fetch without history would then cut off what is there.
  private var hasHistory: Bool { !isShallow && FileSystem.exists(historyMarker) }

  private func fetch(_ references: [String], depth: Int?, prunes: Bool = false) async throws(Failure) -> ProgramOutput {
    try await removeStaleLocks()
    let options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--force"]
    let more = (prunes ? ["--prune"] : []) + (depth.map { ["--depth=\($0)"] } ?? [])
    return try await git.run(
      ["fetch"] + options + more + [address.location] + references,
      in: path,
      lock: lock,
      address: address
    )
  }

  /// Removes the lock files of a git that was killed. While we have the lock of the mirror, they are nobody's.
  private func removeStaleLocks() async throws(Failure) {
    let names = ["shallow.lock", "packed-refs.lock", "config.lock", "HEAD.lock"].map { "\(path)/\($0)" }
    guard names.contains(where: FileSystem.exists) else { return }
    try await git.remove(names, lock: lock)
  }

  /// Why the repository could not be fetched, in LAVA's words (spec test-shell §5.1).
  private func failure(_ words: String?) -> Failure {
    let isFinal = Self.finalWords.contains { words?.contains($0) == true }
    return Failure(
      .infrastructure,
      isFinal ? "git-refused" : "git-fetch",
      "Unable to fetch git repository '\(address.shown)'",
      advice: isFinal
        ? "Check the address, and that this user may read the repository: git asks for no password here."
        : "Check that this host reaches it.",
      cause: words
    )
  }

  /// What git says when to try again is no use.
  private static let finalWords = [
    "not found", "does not exist", "does not appear to be a git repository", "Authentication failed",
    "could not read Username", "could not read Password", "Permission denied", "not allowed", "dubious ownership",
    "unable to find remote helper",
  ]
}
