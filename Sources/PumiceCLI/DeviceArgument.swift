// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A device on the command line: a file, with the role of a group that it plays where the job has roles.
package struct DeviceArgument: ExpressibleByArgument {
  package let role: String?
  package let path: String

  /// `DEVICE` or `ROLE=DEVICE`; a slash before the `=` makes it a part of the path.
  package init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), !argument[..<sign].contains("/") else {
      role = nil
      path = argument
      return
    }
    role = String(argument[..<sign])
    path = String(argument[argument.index(after: sign)...])
    if path.isEmpty || role?.isEmpty == true { return nil }
  }
}
