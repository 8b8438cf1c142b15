// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// A job of LAVA V1 for a board and virtual machines on it (seed 002, spec multinode §8). Its language is another than that
/// of `Job`; `converted` is the job that it becomes.
package struct VMGroupJob: Sendable {
  /// The board that the machines run on.
  struct Host: Sendable {
    var deviceType: String
    var role: String
  }

  /// A node of a host's action; where the role is nil the action is for every role.
  struct Action: Sendable {
    enum Work: Sendable {
      case deploy(DeployedFiles)
      case boot
      case test([YAMLValue])
    }

    var role: String?
    var work: Work
    /// In seconds.
    var timeout: Int?
  }

  /// What is brought to the host.
  enum DeployedFiles: Sendable {
    /// An image of a whole medium.
    case image(String)
    /// Files for a boot loader, by the labels of a `tftp` deploy.
    case parts([(label: String, url: String)])
  }

  var name: String
  /// In seconds.
  var timeout: Int
  var host: Host
  /// Whether the machines start as soon as the host is booted; else its test says when, by `lava-start-vms`.
  var startsMachines: Bool
  var machines: [VirtualMachine]
  /// What is done, in the order of the text; of deploys and boots only those of the host.
  var actions: [Action]
}

/// A kind of virtual machine of a V1 job: one role.
struct VirtualMachine: Sendable {
  var deviceType: String
  var role: String
  /// How many of them there are.
  var count = 1
  /// Where its drive is: a URL, or a path on the host.
  var image: String?
  /// The commands that start it on the host; the last one attaches to its console.
  var launchCommands: [String] = []
  /// A pattern.
  var prompt: String
}
