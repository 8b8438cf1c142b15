// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Files
import Glibc
import JobModel
import SecureShell
import YAMLDocument

/// What a device file says of reaching the board over ssh (`actions.deploy.methods.ssh`, spec jobs §9).
///
/// `options` are those of the ssh program, as LAVA has them there; what they mean is done by ourselves.
struct SSHDevice: Sendable {
  /// The board's address, where the device is reached over ssh only; nil where the address comes from a message.
  let host: String?
  /// The file of our private key.
  private(set) var identity: String?
  /// Options that have no effect here.
  private(set) var unknownOptions: [String] = []

  private let device: Device
  private var template = SSHTarget(SSHPeer(host: ""))
  private var asksHostKey = true
  private var addsHostKeys = false
  private var knownHosts: String?
  private var pinned: [SSHPublicKey] = []

  /// - Throws: `no-ssh`, `ssh-options`, `ssh-host-key`, kind `configuration`.
  init(_ device: Device) throws(Failure) {
    guard let method = device.deployMethod("ssh") else {
      throw Self.wrong(device, "no-ssh", "does not say how to reach it over ssh", "Set actions.deploy.methods.ssh.")
    }
    self.device = device
    // LAVA's templates write an empty one where there is none.
    host = method["host"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    if let port = method["port"] { try setPort(port.text ?? "") }
    if let user = method["user"]?.text { template.peer.user = user }
    identity = method["identity_file"]?.text.map(path)
    template.passwordFile = method["password_file"]?.text.map(path)
    try read(options: method["options"])
    if let key = method["host_key"]?.text { pinned = [try publicKey(key)] }
    if let identity { template.identities = [identity] }
    // As ssh does it where both are set: what is known counts for nothing.
    if !asksHostKey, knownHosts == "/dev/null" {
      template.hostKeys = .ignored
    } else {
      template.hostKeys = .knownHosts(file: knownHosts, addsNew: addsHostKeys || !asksHostKey)
    }
    if !pinned.isEmpty { template.hostKeys = .pinned(pinned) }
  }

  /// How to reach a board.
  ///
  /// - Parameter keys: those that we have given it ourselves; nothing else counts then.
  func target(_ host: String, hostKeys keys: [SSHPublicKey]) -> SSHTarget {
    var target = template
    target.peer.host = host
    if !keys.isEmpty { target.hostKeys = .pinned(keys) }
    return target
  }

  // MARK: Reading

  private static let flagsWithoutEffect: Set<String> = ["-4", "-6", "-a", "-k", "-q", "-T", "-v", "-x"]
  private static let namesWithoutEffect: Set<String> = [
    "batchmode", "loglevel", "preferredauthentications", "pubkeyauthentication", "requesttty", "forwardagent",
    "forwardx11",
  ]

  private mutating func read(options value: YAMLValue?) throws(Failure) {
    // A list holds the words of the command line as they are.
    var words =
      if let list = value?.sequence { list.compactMap(\.text) } else { try ShellWords.split(value?.text ?? "") }
    while !words.isEmpty {
      let word = words.removeFirst()
      let flag = String(word.prefix(2))
      if word == "-C" {
        template.compresses = true
      } else if ["-o", "-p", "-P", "-l", "-i"].contains(flag) {
        guard word != flag || !words.isEmpty else { throw wrongOption(word) }
        let argument = word == flag ? words.removeFirst() : String(word.dropFirst(2))
        switch flag {
        case "-o": try set(argument)
        case "-l": template.peer.user = argument
        case "-i": identity = path(argument)
        default: try setPort(argument)
        }
      } else if !Self.flagsWithoutEffect.contains(word) {
        unknownOptions.append(word)
      }
    }
  }

  /// One `Name=value`, or `Name value` (ssh_config(5)).
  private mutating func set(_ option: String) throws(Failure) {
    let text = option.drop { $0 == " " }
    let parts = text.split(maxSplits: 1) { $0 == "=" || $0 == " " }.map(String.init)
    guard parts.count == 2 else { throw wrongOption(option) }
    let value = parts[1]
    switch parts[0].lowercased() {
    case "compression": template.compresses = value == "yes"
    case "connecttimeout": template.connectTimeout = .seconds(try number(value, option))
    case "identitiesonly": template.usesAgent = template.usesAgent && value != "yes"
    case "identityagent": template.usesAgent = value != "none"
    case "identityfile": identity = path(value)
    case "passwordauthentication": if value == "no" { template.passwordFile = nil }
    case "port": try setPort(value)
    case "serveralivecountmax": template.keepAliveLimit = try number(value, option)
    case "serveraliveinterval": template.keepAliveInterval = .seconds(try number(value, option))
    case "stricthostkeychecking":
      asksHostKey = value != "no" && value != "off"
      addsHostKeys = value == "accept-new"
    case "user": template.peer.user = value
    case "userknownhostsfile": knownHosts = value == "/dev/null" ? value : path(value)
    case let name where Self.namesWithoutEffect.contains(name): break
    default: unknownOptions.append(parts[0])
    }
  }

  private mutating func setPort(_ text: String) throws(Failure) {
    guard let port = Int(text), (1...65535).contains(port) else { throw wrongOption("port \(text)") }
    template.peer.port = port
  }

  private func number(_ text: String, _ option: String) throws(Failure) -> Int {
    guard let number = Int(text), (1...86400).contains(number) else { throw wrongOption(option) }
    return number
  }

  /// A key, or the file that it stands in.
  private func publicKey(_ text: String) throws(Failure) -> SSHPublicKey {
    let line = text.contains(where: \.isWhitespace) ? text : try FileSystem.readText(path(text), limit: 1 << 16)
    if let key = SSHPublicKey(line) { return key }
    let advice = "Give it as 'ssh-keyscan' prints it, without the address, or the file of such a line."
    throw Self.wrong(device, "ssh-host-key", "has a 'host_key' that is no public key", advice)
  }

  /// A file that the device file names: relative to it, or in the user's home (`~/`).
  private func path(_ text: String) -> String {
    if text.hasPrefix("~/"), let home = getenv("HOME") {
      return Paths.join(String(cString: home), String(text.dropFirst(2)))
    }
    return Paths.absolute(text, from: Paths.folder(of: Paths.absolute(device.file)))
  }

  private func wrongOption(_ option: String) -> Failure {
    Self.wrong(device, "ssh-options", "has an ssh option that is wrong: \(option)", "See ssh_config(5).")
  }

  private static func wrong(_ device: Device, _ code: String, _ what: String, _ advice: String) -> Failure {
    Failure(.configuration, code, "the device \(device.file) \(what)", advice: advice)
  }
}

extension YAMLValue {
  /// A text, or a number as one.
  fileprivate var text: String? { string ?? int.map { String($0) } }
}
