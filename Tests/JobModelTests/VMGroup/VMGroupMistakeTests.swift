// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing

/// Mistakes in jobs of LAVA V1.
@Suite struct VMGroupMistakeTests {
  /// What is said of the seed's example, which is right.
  private static let ofSeed = [
    "4:3 note old-key: 'logging_level' of the V1 job is a key of older versions of LAVA",
    "14:17 note host-deploy: this becomes what a host that QEMU starts needs",
    "15:64 warning image-on-host: the host of the VMs has to have '/path/to/host.img': nothing brings it there",
    "16:64 warning image-on-host: the host of the VMs has to have '/path/to/host.img': nothing brings it there",
  ]

  private func findings(_ text: String) throws -> [String] {
    let reading = try reading(text)
    let job = VMGroupJob(reading)
    #expect((job == nil) == reading.diagnostics.hasErrors)
    return reading.findings
  }

  @Test func theSeedsExample() throws {
    #expect(try findings(VMGroupTests.seed) == Self.ofSeed)
  }

  @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
    #expect(
      try findings(mistake.text(from: VMGroupTests.seed)).filter { !Self.ofSeed.contains($0) } == mistake.findings
    )
  }

  private static let mistakes = [
    Mistake(
      #""timeout": 18000,"#,
      #""timeout": "18000", "health_check": false,"#,
      "2:14 error wrong-type: 'timeout' cannot be the text '18000' | expected a whole number, at least 1",
      "2:23 warning unknown-key: unknown key 'health_check' in the V1 job: it has no effect"
    ),
    Mistake(
      #"  "timeout": 18000,"#,
      "",
      "1:1 error missing-key: the V1 job needs 'timeout' | expected the seconds that the whole job may take"
    ),
    Mistake(
      #""vm_group": {"#,
      #""vm_groups": {"#,
      "5:3 error unknown-key: unknown key 'vm_groups' in the V1 job, which needs 'vm_group' | meant vm_group"
    ),
    Mistake(
      #""auto_start_vms": true"#,
      #""auto_start_vms": "yes", "auto_stop_vms": 1"#,
      "7:23 error wrong-type: 'auto_start_vms' cannot be the text 'yes' | expected true or false",
      "7:30 warning unknown-key: unknown key 'auto_stop_vms' in 'vm_group' of the V1 job: it has no effect"
    ),
    // Everything at once.
    Mistake(
      #"{"device_type": "kvm-arm", "role": "server"}"#,
      #"{"device_type": "xen", "role": "server", "count": 0, "launch_with": ["a\nb", 7], "shell_prompt": ""}"#,
      "9:57 error wrong-type: 'count' cannot be the number '0' | expected a whole number, at least 1",
      "9:76 error several-lines: a command of 'launch_with' is one line",
      "9:84 error wrong-type: a command of 'launch_with' cannot be the number '7' | expected a text",
      "9:104 error empty-text: 'shell_prompt' cannot be an empty text"
    ),
    Mistake(
      #"{"device_type": "kvm-arm", "role": "server"}"#,
      #"{"device_type": "xen", "role": "server"}"#,
      "9:38 error unknown-value: how a 'xen' is started is not known"
        + " | expected device_type: kvm, kvm-arm, kvm-aarch64"
    ),
    Mistake(
      #"{"device_type": "kvm-arm", "role": "server"}"#,
      #"{"device_type": "xen", "role": "server", "launch_with": ["xl create -c vm"]}"#,
      "9:63 warning no-emulator: 'launch_with' ends with no command of QEMU: how the tests get into the VM is not known",
      "16:64 warning unused-image: the image of 'server' is not brought to the host:"
        + " 'launch_with' has to know where it is"
    ),
    Mistake(
      #"{"device_type": "kvm-arm", "role": "client"}"#,
      #"{"device_type": "kvm-arm", "role": "host", "image": "a.img"}"#,
      "10:42 error duplicate-role: the role 'host' is that of another machine, or of the host",
      "15:100 error unknown-role: 'client' is not a role of this job | expected one of: host, server"
    ),
    Mistake(
      #"{"device_type": "kvm-arm", "role": "client"}"#,
      #"{"device_type": "kvm-arm", "role": "client", "image": "a.img"}"#,
      "15:5 error two-images: the VM 'client' has an image already"
    ),
    Mistake(
      #""file:///path/to/host.img", "role": "server"}"#,
      #""file:///path/to/host.img", "role": "host"}"#,
      "16:5 error two-deploys: 'host' has been deployed to already"
    ),
    Mistake(
      #""file:///path/to/host.img", "role": "host"}"#,
      #""file:///path/to/host.img"}"#,
      "13:3 error no-deploy: nothing is deployed to the host, 'host'"
        + " | expected deploy_linaro_image or deploy_linaro_kernel with its role",
      "14:40 error missing-key: 'parameters' of the V1 action needs 'role' | expected one of: client, host, server"
    ),
    Mistake(
      #"{"testdef_urls": ["file:///path/to/mytestdef.yaml"]}"#,
      #"{"testdef_urls": ["http://server/a.yaml", "file:///a/"], "role": ["host"], "skip": 1}"#,
      "17:68 error not-supported: a single definition is not fetched from a server now | expected file:///PATH",
      "17:92 error wrong-type: an item of 'testdef_urls' cannot be the text 'file:///a/' | expected the path of a file",
      "17:115 error wrong-type: 'role' cannot be a list | expected one role",
      "17:125 warning unknown-key: unknown key 'skip' in 'parameters' of the V1 action: it has no effect"
        + " | expected one of: testdef_repos, timeout"
    ),
    Mistake(
      #"{"testdef_urls": ["file:///path/to/mytestdef.yaml"]}"#,
      #"{"testdef_repos": [{"git-repo": "a", "tar-repo": "b"}, {"testdef": "c"}]}"#,
      "17:69 error two-origins: the repository has more than one address"
        + " | expected one of: bzr-repo, git-repo, tar-repo",
      "17:105 error missing-key: the repository has no address | expected one of: bzr-repo, git-repo, tar-repo"
    ),
    Mistake(
      #"{"command": "lava_test_shell", "parameters": {"testdef_urls": ["file:///path/to/mytestdef.yaml"]}}"#,
      #"{"command": "lava_test_shel", "parameters": {}}, {"command": "submit_results"}, {"command": "lava_test_shell"}"#,
      "17:17 error unknown-value: 'lava_test_shel' is not a known value of 'command' in the V1 action"
        + " | expected one of: boot, boot_image, boot_linaro_image, deploy_image, deploy_linaro_image,"
        + " deploy_linaro_kernel, lava_test_shell, submit_results, submit_results_on_host | meant lava_test_shell",
      "17:54 note old-key: 'submit_results' has no effect",
      "17:85 error missing-key: the V1 action needs 'parameters' | expected its parameters"
    ),
  ]
}
