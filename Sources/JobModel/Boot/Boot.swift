// SPDX-License-Identifier: Apache-2.0

/// `boot`: starts the device and brings it to a prompt (spec jobs §6).
package struct Boot: Sendable {
  /// Boot methods by their LAVA names. Those from `barebox` on are known so that they can be refused by name.
  package enum Method: String, Sendable, CaseIterable {
    case qemu, monitor, minimal, grub, ipxe, ssh, kexec, docker, schroot, bootloader
    case qemuNFS = "qemu-nfs"
    case uBoot = "u-boot"
    case grubEFI = "grub-efi"
    case newConnection = "new_connection"
    case barebox, depthcharge, fastboot, uefi, dfu, fvp, gdb, jlink, openocd, pyocd, recovery, uuu, qdl, avh, lxc
    case musca, nodebooter
    case serialControl = "ser_ctl"
    case qemuISO = "qemu-iso"
    case uefiMenu = "uefi-menu"
    case cmsisDAP = "cmsis-dap"

    /// Those that a plan can be made for.
    package static let planned: [Method] = [
      .qemu, .qemuNFS, .monitor, .uBoot, .grub, .grubEFI, .ipxe, .ssh, .minimal, .kexec, .docker, .newConnection,
      .schroot, .bootloader,
    ]

    /// Those whose console is QEMU's.
    package static let ofQEMU: [Method] = [.qemu, .qemuNFS, .monitor]
  }

  package var method: Method
  /// Regular expressions in Python's syntax.
  package var prompts: [String] = []
  package var autoLogin: AutoLogin?
  package var transferOverlay: TransferOverlay?
  /// What is typed at the boot loader.
  package var commands: BootCommands?
  /// Whether iPXE fetches its commands as a script; nil for what the device says.
  package var usesScript: Bool?
  /// What of a medium's file system is booted, where `commands` names a medium.
  package var mediumFiles = MediumFiles()
  /// What is typed to reboot the running system, one after the other, instead of what the device says.
  package var softReboot: [String] = []
  /// What a system says that goes down, instead of the device's `shutdown-message`.
  package var shutdownMessage: String?
  /// Of a `kexec` boot.
  package var kexec = KexecKeys()
  /// Whether the device is reset first; true unless the job says otherwise.
  package var resets = true
  package var prePowerCommand = false
  package var preOsCommand = false
  package var kernelStartMessage: String?
  /// What a boot loader says last, instead of the device's `final-message`.
  package var bootloaderFinalMessage: String?
  package var failureMessage: String?
  /// Whether what the kernel reports of its troubles is let pass.
  package var ignoresKernelMessages = false
  /// `boot_finished`: an installer that ends with one of these is waited for, instead of a login.
  package var endMessages: [String] = []
  /// The boot loader that `bootloader` boots to.
  package var bootloader: String?
  /// Whether `bootloader` opens the console anew; true unless the job says otherwise.
  package var resetsConnection = true
  /// Whether QEMU runs in a container.
  package var usesContainer = false
  /// The console that `new_connection` opens, by its name in the device.
  package var connection: String?
  /// The message that an ssh guest learns the board's address by, and its key in there (`hostID`, `host_key`).
  package var hostID: String?
  package var hostKey: String?
}

/// The files that a boot loader reads from a medium, by their paths there, and the medium's root file system
/// (spec jobs §6.2).
package struct MediumFiles: Sendable, Hashable {
  package var kernel: String?
  package var kernelType: KernelType?
  package var ramdisk: String?
  package var deviceTree: String?
  /// What the kernel is told as `root=`, such as `UUID=…`.
  package var root: String?
  /// The number of the partition that the boot loader reads, as text.
  package var partition: String?

  /// What is missing here is taken from others.
  package func filled(from other: MediumFiles) -> MediumFiles {
    MediumFiles(
      kernel: kernel ?? other.kernel,
      kernelType: kernelType ?? other.kernelType,
      ramdisk: ramdisk ?? other.ramdisk,
      deviceTree: deviceTree ?? other.deviceTree,
      root: root ?? other.root,
      partition: partition ?? other.partition
    )
  }
}

/// `commands` of a boot loader.
package enum BootCommands: Sendable, Hashable {
  /// Those under this name in the device's boot method.
  case named(String)
  case lines([String])
}

/// How to log in on the console (spec jobs §6.11).
package struct AutoLogin: Sendable {
  package var loginPrompt: String
  package var username: String
  package var passwordPrompt: String?
  package var password: String?
  package var loginCommands: [String]
}

/// How the board fetches the overlay over the network (spec jobs §5.12).
package struct TransferOverlay: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    case http, nfs, zmodem
  }

  package var method: Method
  /// Empty for `zmodem`, which needs none.
  package var downloadCommand: String
  package var unpackCommand: String
}
