// SPDX-License-Identifier: Apache-2.0

internal import Archives
package import Diagnostics
internal import Files
internal import ShellText

extension OverlayTree {
  /// Builds an overlay: the same request and the same files on this host always give the same tree.
  /// - Parameter store: where helpers and scripts stand on this host.
  package init(_ request: OverlayRequest, from store: HelperStore) throws(Failure) {
    try self.init(resultsDirectory: request.resultsDirectory)
    for folder in ["bin", "tests", "results"] { try addDirectory(folder) }
    try add(request.environment.text, at: "environment")
    if !request.secrets.isEmpty {
      try add(request.secrets.map { "\($0.name)=\($0.value)\n" }.joined(), at: "secrets")
    }
    for file in request.files { try add(file, in: "") }
    boardFiles = request.boardFiles
    try add(request.stages, usesHardLinks: request.usesHardLinks)
    try addHelpers(request, store)
  }

  /// `bin` (spec test-shell §3): the binary under every helper's name, and the scripts, which replace a helper of the
  /// same name.
  private mutating func addHelpers(_ request: OverlayRequest, _ store: HelperStore) throws(Failure) {
    let scripts = try scripts(request, store)
    let scriptNames = Set(scripts.map(\.path))
    let names = HelperNames.common + (request.isMultinode ? HelperNames.multinode : [])
    let helpers = names.filter { !scriptNames.contains($0) }
    let configuration = request.configuration.text(resultsDirectory: resultsDirectory, shell: request.shell)
    let shared = [OverlayFile(".lava-helpers", .bytes(Array(configuration.utf8)))] + scripts
    for file in shared { try add(file, in: "bin") }
    switch request.helpers {
    case .one(let architecture):
      try addBinary(try store.binary(for: architecture), as: helpers, in: "bin", request)
    case .all:
      try addEveryArchitecture(helpers, shared, request, store)
    }
  }

  /// The scripts of `bin`, each with the job's shell before it.
  private func scripts(_ request: OverlayRequest, _ store: HelperStore) throws(Failure) -> [OverlayFile] {
    var scripts: [String: [UInt8]] = [:]
    for (name, path) in try store.scripts(distro: request.distro, isMultinode: request.isMultinode) {
      scripts[name] = Array("#!\(request.shell)\n\n".utf8) + (try FileSystem.read(path))
    }
    return scripts.sorted { $0.key < $1.key }.map { OverlayFile($0.key, .bytes($0.value), mode: 0o755) }
  }

  /// A complete folder of helpers for each architecture, and in `bin` a small script under each helper's name that goes
  /// on in the board's. A helper finds its configuration and its neighbours in the folder that it stands in, so each
  /// folder has all of them, and only the first call of a run needs the script.
  private mutating func addEveryArchitecture(
    _ helpers: [String],
    _ shared: [OverlayFile],
    _ request: OverlayRequest,
    _ store: HelperStore
  ) throws(Failure) {
    let architectures = store.architectures
    for architecture in architectures {
      let folder = "bin/.helpers/\(architecture.rawValue)"
      try addBinary(try store.binary(for: architecture), as: ["lava-helper"] + helpers, in: folder, request)
      for file in shared {
        if request.usesHardLinks {
          try link("\(folder)/\(file.path)", to: "bin/\(file.path)")
        } else {
          try add(file, in: folder)
        }
      }
    }
    for name in helpers { try add(chooser(of: name, request.shell, architectures), at: "bin/\(name)", mode: 0o755) }
  }

  /// Puts a binary into a folder under each of its names.
  private mutating func addBinary(
    _ binary: String,
    as names: [String],
    in folder: String,
    _ request: OverlayRequest
  ) throws(Failure) {
    for name in names {
      if request.usesHardLinks, let first = names.first, name != first {
        try link("\(folder)/\(name)", to: "\(folder)/\(first)")
      } else {
        try add(OverlayFile(name, .hostFile(binary), mode: 0o755), in: folder)
      }
    }
  }

  /// The script that runs a helper of the board's architecture.
  private func chooser(of name: String, _ shell: String, _ architectures: [Architecture]) -> String {
    let cases = architectures.map { "\($0.unamePattern)) architecture=\($0.rawValue) ;;\n" }.joined()
    return """
      #!\(shell)

      case "$0" in
      */*) folder="${0%/*}" ;;
      *) folder=\(ShellWord.quote(resultsDirectory))/bin ;;
      esac
      machine="$(uname -m)"
      case "$machine" in
      \(cases)*) echo "\(name): there is no helper for $machine" >&2; exit 127 ;;
      esac
      exec "$folder/.helpers/$architecture/\(name)" "$@"

      """
  }
}
