// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import JobModel
import YAMLDocument

/// The files that a command reads, with their texts for the excerpts of what is found in them.
struct SourceFiles {
  /// The text of each file that was read, by the name that places use.
  private(set) var texts: [String: String] = [:]

  /// Largest job or device file that is read.
  private static let sizeLimit = 16 << 20
  private static let ending = ".yaml"

  /// Reads a YAML file; `-` is standard input.
  mutating func read(_ path: String, as kind: SourceKind) throws(DiagnosticList) -> YAMLDocument {
    let name = path == "-" ? "<stdin>" : path
    let bytes: [UInt8]
    do throws(Failure) {
      bytes = try FileSystem.read(path == "-" ? "/dev/stdin" : path, limit: Self.sizeLimit)
    } catch {
      throw DiagnosticList(error)
    }
    texts[name] = String(decoding: bytes, as: UTF8.self)
    return try kind.document(of: bytes, file: name)
  }

  /// Reads a device file and the bases that it extends.
  mutating func readDevice(_ path: String) throws(DiagnosticList) -> YAMLDocument {
    try read(path, as: .device).withBases { name, file in base(name, of: file) }
  }

  /// Looks for the base `name` of the file `file`: in the folder `bases` beside the file, or that the file is in itself,
  /// and then among the bases that come with Pumice.
  private mutating func base(_ name: String, of file: String) -> DeviceBase {
    let own = Paths.folder(of: file)
    var folders = [Paths.name(of: Paths.absolute(own)) == "bases" ? own : Paths.join(own == "." ? "" : own, "bases")]
    do throws(Failure) {
      if let shipped = try ShippedDevices.find("bases"), Paths.absolute(folders[0]) != shipped {
        folders.append(shipped)
      }
    } catch {
      return .unreadable(DiagnosticList(error))
    }
    guard let path = folders.map({ Paths.join($0, name + Self.ending) }).first(where: FileSystem.exists) else {
      return .missing(folders: folders, names: Set(folders.flatMap(baseNames)).sorted())
    }
    do throws(DiagnosticList) {
      return .found(try read(path, as: .device))
    } catch {
      return .unreadable(error)
    }
  }

  /// The names of the bases in a folder, which are only offered; so none where it cannot be listed.
  private func baseNames(in folder: String) -> [String] {
    guard let entries = try? FileSystem.entries(of: folder) else { return [] }
    return entries.filter { $0.hasSuffix(Self.ending) }.map { String($0.dropLast(Self.ending.count)) }
  }
}

extension DiagnosticList {
  /// A file that cannot be read at all, as a finding.
  fileprivate init(_ failure: Failure) {
    let message = [failure.message, failure.cause].compactMap(\.self).joined(separator: ": ")
    self.init([Diagnostic(.error, failure.code, message, advice: failure.advice)])
  }
}
