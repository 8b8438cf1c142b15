// SPDX-License-Identifier: Apache-2.0

import ShellText
import YAMLDocument

/// What is typed in a shell of the host to start one virtual machine, as sessions of an `interactive` test.
struct MachineLaunch: Sendable {
  let machine: VirtualMachine

  /// The beginning of the files in which each shell that has started a machine leaves its process id.
  static let processFiles = "/tmp/lava-vm-"

  /// Where the ssh boot has put the tarball with the tests (seed 003).
  private static let overlay = "$(ls /{JOB_ID}-overlay-*.tar.gz)"
  private static let fetchedImage = "/var/tmp/lava-vm-{JOB_ID}.img"

  /// Whether the host fetches an image.
  static func isFetched(_ image: String) -> Bool {
    ["http://", "https://", "ftp://"].contains { image.hasPrefix($0) }
  }

  /// An image's path on the host.
  static func path(of image: String) -> String {
    image.hasPrefix("file://") ? String(image.dropFirst("file://".count)) : image
  }

  /// The sessions: the host's shell up to the last command, and that one, which ends at the machine's prompt.
  var sessions: YAMLValue {
    [
      [
        "name": "launch", "prompts": [.string(usualPrompt)], "echo": "discard",
        "script": .sequence(preparation),
      ],
      [
        "name": "console", "prompts": [.string(machine.prompt)], "echo": "discard",
        "script": .sequence(attachment),
      ],
    ]
  }

  private var preparation: [YAMLValue] {
    var steps = [Self.step("echo $$ > \(Self.processFiles){JOB_ID}")]
    if machine.launchCommands.isEmpty, let image = machine.image, Self.isFetched(image) {
      steps.append(Self.checked("\(fetching(image)) > \(Self.fetchedImage)"))
    }
    return steps + machine.launchCommands.dropLast().map(Self.step)
  }

  private var attachment: [YAMLValue] {
    let line = EmulatorCommand.line(launchLine, withOverlay: Self.overlay)
    guard EmulatorCommand.starts(by: line) else { return [Self.step(line)] }
    let drive = "$(grep -l \(EmulatorCommand.driveName) /sys/block/*/serial | cut -d / -f 4)"
    return [Self.step(line), Self.checked("tar -C / -xzf /dev/\(drive)")]
  }

  private var launchLine: String {
    if let last = machine.launchCommands.last { return last }
    guard let command = EmulatorCommand(deviceType: machine.deviceType), let image = machine.image else { return "" }
    return command.line(
      image: Self.isFetched(image) ? Self.fetchedImage : ShellWord.quote(Self.path(of: image))
    )
  }

  /// Writes the image, unpacked, to the standard output.
  private func fetching(_ image: String) -> String {
    let fetch = "wget -q -O - \(ShellWord.quote(image))"
    let unpackers = [".gz": "gzip", ".xz": "xz", ".bz2": "bzip2"]
    guard let unpacker = unpackers.first(where: { image.hasSuffix($0.key) })?.value else { return fetch }
    return "\(fetch) | \(unpacker) -dc"
  }

  private static func step(_ line: String) -> YAMLValue { ["command": .string(line)] }

  /// A line that ends the test where it fails. What says that it has not is not in the line itself.
  private static func checked(_ line: String) -> YAMLValue {
    ["command": .string("\(line) && echo lava-\"done\""), "successes": [["message": "lava-done"]]]
  }
}
