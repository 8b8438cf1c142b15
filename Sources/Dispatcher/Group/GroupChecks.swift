// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import JobModel

extension Job {
  /// What is wrong with the group of a job as a whole: waits that nobody can end.
  package var groupFindings: DiagnosticList { DiagnosticList() }
}
