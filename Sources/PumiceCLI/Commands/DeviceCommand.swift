// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import Dispatcher
import Files
import JobModel
import Reports
import YAMLDocument

/// `pumice device`
package struct DeviceCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "device",
    abstract: "Looks at device files.",
    subcommands: [DeviceShowCommand.self]
  )

  package init() {}
}

/// `pumice device show`
package struct DeviceShowCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Prints a device file merged with the bases that it extends.",
    discussion: "Ends with 0 when the device is valid, with 2 when it is not."
  )

  /// How the device is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, yaml, json
  }

  @Argument(help: "The device file; '-' for standard input.")
  var device: String

  @Option(help: "text: for people, YAML with origins; yaml: as LAVA's workers are given it; json.")
  var format = Format.text

  @Flag(help: "Say which line of which file each key comes from, as comments; text always does.")
  var origins = false

  package init() {}

  package func validate() throws {
    if origins, format == .json { throw ValidationError("--origins needs comments, which JSON does not have") }
  }

  package func run() async throws {
    var files = SourceFiles()
    var findings: DiagnosticList
    do throws(DiagnosticList) {
      let document = try files.readDevice(device)
      let reading = Reading(document)
      _ = Device(reading)
      findings = reading.diagnostics
      Terminal.output.write(text(of: document))
    } catch {
      findings = error
    }
    if !findings.isEmpty { Terminal.error.write(DiagnosticTextRenderer(sources: files.texts).render(findings)) }
    if findings.hasErrors { throw ArgumentParser.ExitCode(.invalid) }
  }

  private func text(of document: YAMLDocument) -> String {
    switch format {
    case .text: DeviceListing(document).text
    case .yaml where origins: DeviceListing(document).text
    case .yaml: YAMLEmitter.block(document.movable)
    case .json: JSONEmitter.pretty(document.movable) + "\n"
    }
  }
}

extension YAMLDocument {
  /// The values of a device file, for another place than this file's: its commands name the folder. One whose name would
  /// not stay one word in a command is left as it is.
  fileprivate var movable: YAMLValue {
    let folder = Paths.folder(of: Paths.absolute(file))
    guard let pairs = root.value.mapping, !folder.contains(where: { $0.isWhitespace || "'\"\\".contains($0) }) else {
      return root.value
    }
    return .mapping(
      pairs.map { pair in
        pair.key == "commands" ? YAMLValue.Pair(pair.key, pair.value.replacing(Device.folderMark, folder)) : pair
      }
    )
  }
}

extension YAMLValue {
  /// With a text replaced in all texts but keys.
  fileprivate func replacing(_ old: String, _ new: String) -> YAMLValue {
    switch self {
    case .string(let text): .string(text.replacing(old, with: new))
    case .sequence(let items): .sequence(items.map { $0.replacing(old, new) })
    case .mapping(let pairs): .mapping(pairs.map { Pair($0.key, $0.value.replacing(old, new)) })
    default: self
    }
  }
}
