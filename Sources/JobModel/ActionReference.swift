// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// The name of an action of the plan where a job says it. Whether the plan has one is known with the device.
package struct ActionReference: Sendable {
  /// What the job says of the action.
  package enum Purpose: Sendable, Hashable {
    case timeout, connectionTimeout, protocolCall
  }

  package var name: String
  package var purpose: Purpose
  package var node: YAMLNode
}
