// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import JobModel
import Multinode
import YAMLDocument

extension Job {
  /// The scripts of the roles of a group's job; none for other jobs.
  var groupScripts: [GroupScript] {
    roles.isEmpty ? [] : nodes(firstID: 1, group: "").filter { $0.copy == 0 }.map { GroupScript($0) }
  }

  /// What is wrong with the group of a job as a whole: waits that nobody can end, and a host that ends before its guests.
  /// What definitions from elsewhere do is not known, so that nothing that they could mend is an error.
  package var groupFindings: DiagnosticList {
    let scripts = groupScripts
    guard !scripts.isEmpty else { return DiagnosticList() }
    var findings = DiagnosticList()
    for trouble in GroupRehearsal(scripts).troubles {
      findings.add(
        Diagnostic(
          .error,
          "endless-wait",
          "\(trouble.request.text) of '\(trouble.role)' is never over: it waits for \(trouble.reason)",
          at: place(of: trouble.node),
          length: trouble.node.length,
          advice: "'pumice plan' of the group shows what its roles do side by side."
        )
      )
    }
    if !findings.hasErrors { for script in scripts { check(script, among: scripts, &findings) } }
    return findings
  }

  /// A host is switched off at its end, and its guests with it: it has to wait for them behind what starts them.
  private func check(_ guest: GroupScript, among scripts: [GroupScript], _ findings: inout DiagnosticList) {
    guard let host = scripts.first(where: { $0.role == guest.hostRole }), !host.isOpen, !guest.isOpen else { return }
    let last = host.items.last { if case .call = $0 { true } else { false } }
    switch last {
    case .call(.sync, _), .call(.waitAll, _), .call(.wait, _): return
    case .call, .action, .anything, nil: break
    }
    let node: YAMLNode? =
      if case .call(_, let node)? = last { node } else {
        actions.last { $0.common.roles.contains(host.role) }?.common.node
      }
    guard let node else { return }
    findings.add(
      Diagnostic(
        .warning,
        "host-ends-first",
        "'\(host.role)' does not wait for '\(guest.role)' before it ends, and switches its device off",
        at: place(of: node),
        advice: "Let both end with the same 'lava-sync'."
      )
    )
  }
}
