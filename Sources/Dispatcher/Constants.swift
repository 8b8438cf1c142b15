// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Overlay
import YAMLDocument

/// What a device file leaves out: the values of LAVA's base device template.
private let baseConstants: YAMLValue = [
  "posix": [
    "lava_test_sh_cmd": "/bin/sh",
    "lava_test_results_dir": "/lava-%s",
    "lava_test_shell_file": "~/.bashrc",
  ],
  "shutdown-message": "The system is going down for reboot NOW",
  "kernel-start-message": "Linux version [0-9]",
  "default-shell-prompt": "lava-test: # ",
  "failure_retry": 1,
]

extension JobContext {
  /// A constant as LAVA looks it up: job context, then the `os` of the deploy, then the device, then LAVA's base
  /// template (spec test-shell §1.1).
  func constant(_ name: String, in section: String? = nil, os: DeploymentData? = nil) -> YAMLValue? {
    if let value = job.context[name] { return value }
    if let value = os?.constant(name) { return .string(value) }
    let path = [section, name].compactMap { $0 }
    for constants in [device.constants, baseConstants] {
      if let value = path.reduce(Optional(constants), { $0?[$1] }) { return value }
    }
    return nil
  }

  /// Deployment data of the namespace's first deploy with an `os`; for containers those of most images.
  func deploymentData(of namespace: String) -> DeploymentData? {
    // Nobody deploys there.
    if namespace == DockerTest.namespace { return DeploymentData(os: "debian") }
    for action in job.actions where action.common.namespace == namespace {
      if case .deploy(let deploy) = action.body, let os = deploy.os { return DeploymentData(os: os) }
    }
    return nil
  }

  /// `/lava-<job id>`.
  func resultsDirectory(of namespace: String) throws(Failure) -> String {
    let pattern = constant("lava_test_results_dir", in: "posix", os: deploymentData(of: namespace))?.string ?? ""
    let parts = pattern.split(separator: "%s", omittingEmptySubsequences: false)
    guard parts.count == 2, pattern.hasPrefix("/") else {
      throw Failure(
        .job,
        "results-dir",
        "Invalid lava_test_results_dir, should include '%s'",
        advice: "Use an absolute path with one %s for the job's id, such as /lava-%s."
      )
    }
    return parts.joined(separator: settings.jobID)
  }

  /// The shell that helpers and test scripts use.
  func shell(of namespace: String) -> String {
    constant("lava_test_sh_cmd", in: "posix", os: deploymentData(of: namespace))?.string ?? "/bin/sh"
  }
}
