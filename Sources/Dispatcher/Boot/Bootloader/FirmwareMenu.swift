// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Patterns
import Pipeline
import YAMLDocument

/// `uefi-menu-interrupt` and `grub-efi-menu-selector` — chooses GRUB in the numbered menu of a board's firmware
/// (spec jobs §6.3). Where the device describes no such menu its firmware starts GRUB by itself, and nothing is done.
struct FirmwareMenuActions: ActionTree {
  let context: JobContext
  let namespace: String

  var actions: [Action] {
    Action("uefi-menu-interrupt", summary: "stop at UEFI's menu", timeoutFailure: .infrastructure, run: interrupt)
    Action("grub-efi-menu-selector", summary: "choose GRUB in UEFI's menu", run: choose)
  }

  private func interrupt(_ run: ActionRun) async throws(Failure) {
    guard let menu = try FirmwareMenu(of: context.device) else { return }
    let session = try context.session(of: namespace)
    session.setCharacterDelay(context.device.characterDelays.boot)
    run.tellWait(for: [menu.interruptPrompt])
    try await session.wait(for: [menu.interruptPrompt])
    try await session.press(menu.interruptKeys, newline: false)
  }

  private func choose(_ run: ActionRun) async throws(Failure) {
    guard let menu = try FirmwareMenu(of: context.device) else { return }
    let session = try context.session(of: namespace)
    for choice in menu.choices {
      let number = try await number(of: choice, menu, session, run)
      run.log(.debug, "Selecting option \(number)")
      try await session.press(number, newline: true)
    }
  }

  /// Reads the menu up to its prompt.
  ///
  /// - Returns: the number that the first of a choice's items has in it.
  private func number(
    of choice: FirmwareMenu.Choice,
    _ menu: FirmwareMenu,
    _ session: BoardSession,
    _ run: ActionRun
  ) async throws(Failure) -> String {
    let items = choice.items
    let set = try BoardSession.compiled { () throws(PatternError) in
      try PatternSet(items.map(menu.pattern(of:)) + [menu.prompt])
    }
    run.tellWait(for: [menu.prompt])
    var found: [Int: String] = [:]
    while true {
      let match = try await session.console.expect(set)
      guard match.index == items.count else {
        found[match.index] = match.text(of: "number")
        continue
      }
      if let number = items.indices.lazy.compactMap({ found[$0] }).first { return number }
      throw Failure(
        .infrastructure,
        "menu-item",
        "the firmware's menu has no '\(items.joined(separator: "' and no '"))'",
        advice: "Compare the menu in the console log with actions.boot.methods.uefi-menu.\(menu.name) of the device."
      )
    }
  }
}

/// The numbered menu of a board's firmware, as the device describes it: `uefi-menu` (spec jobs §6.3).
struct FirmwareMenu: Sendable {
  /// One item to choose: the first of these that the menu has.
  struct Choice: Sendable, Equatable {
    let items: [String]
  }

  /// Of the list of choices: `menu_options`.
  let name: String
  let choices: [Choice]
  /// What the firmware says when it can be stopped, a regular expression.
  let interruptPrompt: String
  /// What stops it.
  let interruptKeys: String
  /// What stands behind the menu, a regular expression.
  let prompt: String
  private let markup: [String]
  private let numberClass: String
  private let separator: String

  /// - Returns: nil where the device has no menu.
  /// - Throws: a configuration failure where what it says of one is not enough.
  init?(of device: Device) throws(Failure) {
    guard let menu = device.bootMethod("uefi-menu"),
      let name = (device.bootMethod("grub-efi")?["menu_options"] ?? menu["menu_options"])?.string
    else { return nil }
    let parameters = menu["parameters"]
    let choices = (menu[name]?.sequence ?? []).compactMap { entry -> Choice? in
      guard let select = entry["select"] else { return nil }
      let items = select["items"]?.sequence?.compactMap(\.string) ?? []
      return Choice(items: items + [select["fallback"]?.string].compactMap(\.self))
    }
    guard !choices.isEmpty, choices.allSatisfy({ !$0.items.isEmpty }),
      let interruptPrompt = parameters?["interrupt_prompt"]?.string,
      let prompt = parameters?["bootloader_prompt"]?.string
    else {
      throw Failure(
        .configuration,
        "uefi-menu",
        "the device \(device.file) does not say enough of its firmware's menu",
        advice:
          "actions.boot.methods.uefi-menu needs parameters with interrupt_prompt and bootloader_prompt, and under "
          + "'\(name)' a list of 'select: {items: [LABEL]}'."
      )
    }
    self.name = name
    self.choices = choices
    self.interruptPrompt = interruptPrompt
    self.prompt = prompt
    interruptKeys = parameters?["interrupt_string"]?.string ?? parameters?["interrupt_char"]?.string ?? ""
    markup = parameters?["item_markup"]?.sequence?.compactMap(\.string) ?? ["[", "]"]
    numberClass = parameters?["item_class"]?.string ?? "0-9"
    separator = parameters?["separator"]?.string ?? " "
  }

  /// The regular expression of an item's line; its group `number` is what is typed.
  func pattern(of item: String) -> String {
    let before = Self.literal(markup.first ?? "[")
    let after = Self.literal(markup.count > 1 ? markup[1] : "]")
    return "\(before)(?P<number>[\(numberClass)]+)\(after)\(Self.literal(separator))\(Self.literal(item))"
  }

  /// A text as a regular expression that matches it only.
  private static func literal(_ text: String) -> String {
    text.map { character in
      character.isASCII && !character.isLetter && !character.isNumber && !character.isWhitespace
        ? "\\\(character)" : String(character)
    }.joined()
  }
}
