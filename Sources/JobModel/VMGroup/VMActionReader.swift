// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The commands of V1 that are understood. What submits results is known, and not needed.
private enum OldCommand: String, CaseIterable {
  case deployLinaroImage = "deploy_linaro_image"
  case deployImage = "deploy_image"
  case deployLinaroKernel = "deploy_linaro_kernel"
  case bootLinaroImage = "boot_linaro_image"
  case bootImage = "boot_image"
  case boot
  case testShell = "lava_test_shell"
  case submitResults = "submit_results"
  case submitResultsOnHost = "submit_results_on_host"
}

/// An action of a V1 job and where it stands.
struct PlacedAction {
  var body: VMGroupJob.Action
  var node: YAMLNode
  var fileNode: YAMLNode?

  var work: VMGroupJob.Action.Work { body.work }
}

extension Reading {
  /// `actions` of a V1 job.
  func groupActions(_ top: inout MappingReader, host: String?, machines: [PlacedMachine]) -> [PlacedAction] {
    guard let items = top.list("actions", required: true) else { return [] }
    let roles = Set([host].compactMap(\.self) + machines.map(\.machine.role)).sorted()
    let actions = items.compactMap { groupAction($0, roles) }
    checkDeploys(actions)
    if let host, actions.count == items.count, let entry = top.entry("actions"),
      !actions.contains(where: { if case .deploy = $0.work { $0.body.role == host } else { false } })
    {
      report(
        .error,
        "no-deploy",
        "nothing is deployed to the host, '\(host.shortened)'",
        at: entry.key,
        expected: "deploy_linaro_image or deploy_linaro_kernel with its role"
      )
    }
    return actions
  }

  private func groupAction(_ item: YAMLNode, _ roles: [String]) -> PlacedAction? {
    guard var reader = MappingReader(item, what: "the V1 action", reading: self) else { return nil }
    reader.correct(["command"])
    guard let command: OldCommand = reader.choice("command", required: true) else {
      reader.accept("parameters")
      reader.close()
      return nil
    }
    let what = "'\(command.rawValue)'"
    guard command != .submitResults, command != .submitResultsOnHost else {
      reader.acceptAll()
      report(.note, "old-key", "\(what) has no effect", at: item, advice: "Leave it out: results are files here.")
      return nil
    }
    guard var parameters = reader.mapping("parameters", required: !command.isBoot, expected: "its parameters") else {
      reader.close()
      return command.isBoot ? PlacedAction(body: .init(work: .boot), node: item) : nil
    }
    reader.close()
    defer { parameters.close() }
    var placed = PlacedAction(body: .init(work: .boot), node: item)
    placed.body.role = groupRole(&parameters, roles, required: command.isDeploy)
    placed.body.timeout = seconds(&parameters)
    switch command {
    case .deployLinaroImage, .deployImage:
      placed.fileNode = parameters.node("image")
      guard let url = parameters.filledString("image", required: true) else { return nil }
      placed.body.work = .deploy(.image(url))
    case .deployLinaroKernel:
      guard let parts = bootParts(&parameters) else { return nil }
      placed.body.work = .deploy(.parts(parts))
    case .testShell: placed.body.work = .test(oldDefinitions(&parameters))
    case .bootLinaroImage, .bootImage, .boot, .submitResults, .submitResultsOnHost: break
    }
    return placed
  }

  /// One role, or nil for all of them: V1 knows nothing between (seed 002).
  private func groupRole(_ parameters: inout MappingReader, _ roles: [String], required: Bool) -> String? {
    guard let node = parameters.node("role", required: required, expected: Expectation.one(of: roles)) else {
      return nil
    }
    if case .sequence = node.content {
      refuse(node, of: "'role'", expected: "one role", advice: "Leave it out for all roles, or repeat the action.")
      return nil
    }
    guard let role = filledString(node, what: "'role'") else { return nil }
    if !roles.contains(role) {
      report(
        .error,
        "unknown-role",
        "'\(role.shortened)' is not a role of this job",
        at: node,
        expected: roles.isEmpty ? nil : Expectation.one(of: roles),
        suggestion: Suggestion.nearest(to: role, among: roles)
      )
    }
    return role
  }

  /// The files of `deploy_linaro_kernel`, under the labels that they have now.
  private func bootParts(_ parameters: inout MappingReader) -> [(label: String, url: String)]? {
    let kernel = parameters.filledString("kernel", required: true)
    let others = ["ramdisk", "dtb", "nfsrootfs"].compactMap { label in
      parameters.filledString(label).map { (label: label, url: $0) }
    }
    return kernel.map { [(label: "kernel", url: $0)] + others }
  }

  /// A role's second deploy would be one of another system.
  private func checkDeploys(_ actions: [PlacedAction]) {
    var deployed: Set<String> = []
    for action in actions {
      guard case .deploy = action.work, let role = action.body.role else { continue }
      guard !deployed.insert(role).inserted else { continue }
      report(
        .error,
        "two-deploys",
        "'\(role.shortened)' has been deployed to already",
        at: action.node,
        advice: "Make a job of its own of what follows."
      )
    }
  }
}

// MARK: - Tests

extension Reading {
  /// The definitions of a `lava_test_shell`, as a test action of now has them.
  private func oldDefinitions(_ parameters: inout MappingReader) -> [YAMLValue] {
    let urls = parameters.list("testdef_urls")
    let repositories = parameters.list("testdef_repos")
    if (urls ?? []).isEmpty, (repositories ?? []).isEmpty {
      report(
        .error,
        "no-definitions",
        "this test shell has no definitions",
        at: parameters.anchor,
        expected: "'testdef_urls' or 'testdef_repos'"
      )
    }
    return (urls ?? []).compactMap(definition(at:)) + (repositories ?? []).compactMap(definition(in:))
  }

  /// A definition that is a file of this host.
  private func definition(at node: YAMLNode) -> YAMLValue? {
    guard let url = filledString(node, what: "an item of 'testdef_urls'") else { return nil }
    let path = url.hasPrefix("file://") ? String(url.dropFirst("file://".count)) : url
    guard !path.contains("://") else {
      report(
        .error,
        "not-supported",
        "a single definition is not fetched from a server now",
        at: node,
        expected: "file:///PATH",
        advice: "Name the repository that has it in 'testdef_repos', or keep the file on this host."
      )
      return nil
    }
    let pieces = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let file = pieces.last, !path.hasSuffix("/") else {
      refuse(node, of: "an item of 'testdef_urls'", expected: "the path of a file")
      return nil
    }
    let folder = path.dropLast(file.count)
    let repository = folder.isEmpty ? "." : folder == "/" ? "/" : String(folder.dropLast())
    return [
      "from": "file", "repository": .string(repository), "path": .string(String(file)),
      "name": .string(definitionName(path)),
    ]
  }

  /// A definition of a repository or an archive.
  private func definition(in item: YAMLNode) -> YAMLValue? {
    guard var reader = MappingReader(item, what: "the repository", reading: self) else { return nil }
    defer { reader.close() }
    let origins = [("git-repo", "git"), ("bzr-repo", "bzr"), ("tar-repo", "url")]
    let found = origins.compactMap { key, origin in reader.filledString(key).map { (origin, $0) } }
    let path = reader.filledString("testdef") ?? "lavatest.yaml"
    let revision = reader.filledString("revision")
    let parameters = reader.freeMapping("parameters")
    guard found.count == 1, let (origin, url) = found.first else {
      report(
        .error,
        found.isEmpty ? "missing-key" : "two-origins",
        found.isEmpty ? "the repository has no address" : "the repository has more than one address",
        at: item,
        expected: Expectation.one(of: origins.map(\.0))
      )
      return nil
    }
    var pairs: [YAMLValue.Pair] = [
      .init("from", .string(origin)), .init("repository", .string(url)), .init("path", .string(path)),
      .init("name", .string(definitionName(path))),
    ]
    if let revision, origin != "url" { pairs.append(.init("revision", .string(revision))) }
    if parameters != .mapping([]) { pairs.append(.init("parameters", parameters)) }
    return .mapping(pairs)
  }

  /// The file's name without its ending.
  private func definitionName(_ path: String) -> String {
    let file = path.split(separator: "/").last ?? ""
    let stem = file.hasSuffix(".yaml") ? file.dropLast(".yaml".count) : file
    return String(String.UnicodeScalarView(stem.unicodeScalars.map { $0.isOfResultName ? $0 : "-" }))
  }
}

extension OldCommand {
  fileprivate var isDeploy: Bool {
    switch self {
    case .deployLinaroImage, .deployImage, .deployLinaroKernel: true
    default: false
    }
  }

  fileprivate var isBoot: Bool {
    switch self {
    case .bootLinaroImage, .bootImage, .boot: true
    default: false
    }
  }
}
