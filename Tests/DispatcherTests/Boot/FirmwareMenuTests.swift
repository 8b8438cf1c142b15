// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// The numbered menu of a board's firmware, from which GRUB is chosen (spec jobs §6.3).
@Suite struct FirmwareMenuTests {
  /// As LAVA renders it for a Mustang.
  private static let device = """
    hostname: board
    commands: {connect: 'true'}
    actions:
      deploy: {methods: {tftp: }}
      boot:
        methods:
          grub-efi: {menu_options: pxe-grub, parameters: {bootloader_prompt: grub>}}
          uefi-menu:
            menu_options: pxe-grub
            parameters:
              interrupt_prompt: The default boot selection will start in
              interrupt_string: ' '
              item_markup: ["[", "]"]
              item_class: '0-9'
              separator: ' '
              bootloader_prompt: 'Start:'
            pxe-grub:
            - select:
                items: [LAVA PXE Grub]
                fallback: PXE on MAC Address (a+b)

    """

  @Test func isReadFromTheDevice() throws {
    let menu = try #require(try FirmwareMenu(of: try Sample.device(Self.device)))
    #expect(menu.choices == [FirmwareMenu.Choice(items: ["LAVA PXE Grub", "PXE on MAC Address (a+b)"])])
    #expect(menu.pattern(of: "a+b") == #"\[(?P<number>[0-9]+)\] a\+b"#)
    #expect(try FirmwareMenu(of: try Sample.device(Sample.deviceText)) == nil)
  }

  @Test func saysWhatIsMissing() throws {
    let device = try Sample.device(Self.device.replacing("bootloader_prompt: 'Start:'", with: "x: y"))
    #expect(throws: Failure.self) { try FirmwareMenu(of: device) }
  }

  /// The board says its menu and repeats the number that it was given.
  @Test(arguments: [
    (["[1] Shell", "[12] LAVA PXE Grub", "[3] Boot Manager"], "12"),
    (["[1] Shell", "[4] PXE on MAC Address (a+b)"], "4"),
    (["[1] Shell", "[2] LAVA PXE Grub", "[3] PXE on MAC Address (a+b)"], "2"),
  ])
  func choosesTheItem(menu: [String], number: String) async throws {
    let lines = menu.map { "echo '\($0)';" }.joined(separator: " ")
    let board = """
      stty -echo -icanon; printf 'The default boot selection will start in 10 seconds'; dd bs=1 count=1 2> /dev/null; \(lines) \
      printf Start:; read number; echo "chosen $number."
      """
    let failure = try await run(board, expecting: "chosen \(number)\\.")
    #expect(failure == nil)
  }

  @Test func anItemThatIsNotThereIsSaid() async throws {
    let board = """
      stty -echo -icanon; printf 'The default boot selection will start in 10 seconds'; dd bs=1 count=1 2> /dev/null; \
      echo '[1] Shell'; printf Start:; read number
      """
    let failure = try await run(board, expecting: "never")
    #expect(failure == "the firmware's menu has no 'LAVA PXE Grub' and no 'PXE on MAC Address (a+b)'")
  }

  private func run(_ board: String, expecting answer: String) async throws -> String? {
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: grub-efi, commands: []}\n"
    )
    let context = Sample.context(job, try Sample.device(Self.device))
    return await SmallBoard.run(LineKeeper(), SystemClock(), board: board) { session, run throws(Failure) in
      context.withState(of: "common") { $0.session = session }
      for action in FirmwareMenuActions(context: context, namespace: "common").actions { try await action.run?(run) }
      try await session.wait(for: [answer])
    }
  }
}
