// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import JobModel
import Reports
import YAMLDocument

/// `pumice schema`
package struct SchemaCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints a JSON Schema of job or device files, for editors.",
    discussion: "Draft 2020-12, made of what Pumice itself reads."
  )

  /// What the schema describes.
  enum Model: String, ExpressibleByArgument, CaseIterable {
    case job, device
  }

  @Argument(help: "What the schema is of: job or device.")
  var model: Model

  @Flag(help: "Refuse keys that Pumice does not know.")
  var strict = false

  package init() {}

  package func run() async throws {
    let schema =
      switch model {
      case .job: JSONSchema.job(isStrict: strict)
      case .device: JSONSchema.device(isStrict: strict)
      }
    Terminal.output.write(JSONEmitter.pretty(schema) + "\n")
  }
}
