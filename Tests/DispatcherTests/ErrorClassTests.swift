// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import HostTools
import JobModel
import Testing

@testable import Dispatcher
@testable import Pipeline

/// Which class of error an action ends of that runs out of time, and which actions are tried again, by LAVA's names (spec
/// jobs, appendix B).
@Suite struct ErrorClassTests {
  private static let retries = """
    auto-login-action boot-bootloader-retry boot-docker boot-image-retry boot-qemu-image bootloader-retry download-retry \
    grub-main-action grub-sequence-action kexec-boot lava-test-interactive-retry lava-test-monitor-retry lava-test-retry \
    login-ssh minimal-boot reset-connection secondary-shell-action uboot-action
    """

  private static let others: [(kind: Failure.Kind, names: String)] = [
    (
      .infrastructure,
      """
      apply-overlay-guest apply-overlay-image apply-overlay-sparse-image apply-overlay-tftp bootloader-commands \
      bootloader-interrupt compress-ramdisk configure-preseed-file connect-device connect-shell disconnect-device \
      enter-fastboot-action extract-modules extract-nfsrootfs extract-overlay-ramdisk extract-rootfs fastboot-deploy \
      fastboot-flash-action fastboot-flash-order-action fastboot-reboot fastboot-reboot-bootloader \
      fastboot-reboot-fastboot file-download http-download pdu-reboot power-off pre-os-command pre-power-command \
      prepare-tftp-overlay scp-deploy ssh-connection uefi-menu-interrupt user-command wait-device-boardid
      """
    ),
    (
      .timeout,
      """
      lava-docker-test lava-docker-test-set-environment lava-docker-test-shell lava-test-interactive lava-test-monitor \
      lava-test-shell
      """
    ),
    (.test, "multinode-test"),
    (
      .job,
      """
      append-overlays boot-bootloader bootloader-action bootloader-from-media bootloader-overlay call-kexec \
      compress-overlay dd-image deploy-device-env deploy-docker deploy-qemu-nfs deployimages docker-run download-deploy \
      download-postprocess-docker downloads execute-qemu expect-shell-connection export-device-env finalize \
      git-repo-action grub-efi-menu-selector inline-repo-action installer-wait lava-create-overlay \
      lava-multinode-overlay lava-overlay login-action nbd-deploy nfs-deploy overlay-unpack parse-persistent-nfs \
      prepare-kernel prepare-scp-overlay prepare-ssh qemu-nfs-deploy read-feedback reset-device schroot-login \
      scp-overlay scp-overlay-unpack send-reboot-commands ssh-authorize storage-deploy test-definition \
      test-install-overlay test-overlay test-runscript-overlay tftp-deploy uboot-commands uboot-from-media \
      uboot-prepare-kernel url-repo-action wait-fastboot-interrupt xnbd-server-deploy
      """
    ),
  ]

  private func check(_ plan: Plan) {
    var table: [String: (kind: Failure.Kind, isRetry: Bool)] = [:]
    for name in Self.retries.split(separator: " ") { table[String(name)] = (.job, true) }
    for (kind, names) in Self.others {
      for name in names.split(separator: " ") { table[String(name)] = (kind, false) }
    }
    for action in plan.actions {
      guard let expected = table[action.name] else {
        Issue.record("\(action.name) is not in the table")
        continue
      }
      #expect(action.action.timeoutFailure == expected.kind, "\(action.name)")
      #expect(action.action.isRetry == expected.isRetry, "\(action.name)")
    }
  }

  /// Between them they have most methods of the job language.
  @Test(.enabled(if: Conformance.isThere, "../shared/conformance is not there"), arguments: Conformance.plans)
  func ofLAVAsPlans(name: String) throws {
    let folder = "\(Conformance.root)/plan/\(name)"
    let job = try Sample.job(Conformance.text("\(folder)/job.yaml"))
    check(try Sample.context(job, try Sample.device(Conformance.text("\(folder)/device.yaml"))).plan())
  }

  /// What they do not have.
  @Test(arguments: [
    "- deploy: {to: overlay}\n- boot: {method: minimal, prompts: ['# ']}\n- test: {monitors: [{name: a, start: b, end: c, pattern: d}]}",
    "- test: {interactive: [{name: a, prompts: ['=> '], script: [{command: b}]}]}",
    "- boot: {method: schroot, schroot: unstable, prompts: ['# ']}",
    "- boot: {method: new_connection, connection: uart1, prompts: ['# ']}",
    "- command: {name: usb}",
  ])
  func ofOthers(actions: String) throws {
    let job = try Sample.job("job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n\(actions)\n")
    let device = try Sample.device(
      """
      hostname: board
      commands: {connect: 'true', users: {usb: {do: 'true'}}}
      actions:
        deploy: {methods: {overlay: }}
        boot: {methods: {minimal: , schroot: {command: schroot, name: unstable}}}

      """
    )
    check(try Sample.context(job, device).plan())
  }

  /// Each class has LAVA's name and its last words (spec results-and-log §4).
  @Test(arguments: [
    (
      Failure.Kind.infrastructure, "Infrastructure",
      "InfrastructureError: The Infrastructure is not working correctly. Please report this error to LAVA admins."
    ),
    (.connectionClosed, "Infrastructure", "ConnectionClosedError: connection closed"),
    (.canceled, "Canceled", "JobCanceled: The job was canceled"),
    (.job, "Job", "JobError: Your job cannot terminate cleanly."),
    (.test, "Test", "TestError: A test failed to run, look at the error message."),
    (.bug, "Bug", "LAVABug: This is probably a bug in LAVA, please report it."),
    (
      .configuration, "Configuration",
      "ConfigurationError: The LAVA instance is not configured correctly. Please report this error to LAVA admins."
    ),
    (.timeout, "LAVATimeout", "LAVATimeoutError: test shell has timed out."),
    (.multinodeTimeout, "MultinodeTimeout", "MultinodeProtocolTimeoutError: Multinode wait/sync call has timed out."),
  ])
  func words(_ kind: Failure.Kind, _ type: String, _ text: String) {
    #expect(kind.errorType == type)
    #expect(kind.finalText == text)
  }

  @Test func everyClassIsInTheTable() { #expect(Failure.Kind.allCases.count == 9) }
}
