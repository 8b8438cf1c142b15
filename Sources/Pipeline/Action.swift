// SPDX-License-Identifier: Apache-2.0

// Pipeline: the tree of actions of a job. The same declaration is numbered and timed (`Plan`), printed, and run
// (`PipelineRunner`). Spec jobs §3, §4.

package import Diagnostics
package import Events

/// The kind of block an action belongs to.
package enum Section: String, Sendable, Hashable, CaseIterable {
  case deploy, boot, test, command, finalize
}

/// Something that is done once for a whole job, outside of any action.
package typealias JobCheck = @Sendable (EventLog) async throws(Failure) -> Void

/// One action of the pipeline as a strategy declares it: LAVA's name, what it does, and the actions inside it.
package struct Action: Sendable {
  /// Something an action does. It ends soon after its task is canceled; what it throws then does not matter.
  package typealias Step = @Sendable (ActionRun) async throws(Failure) -> Void

  /// LAVA's name (spec jobs, appendix B): timeouts and protocol calls are addressed by it.
  package var name: String
  /// One sentence for `pumice plan`.
  package var summary: String
  /// Whether it is a RetryAction: its children are tried again when they fail (spec jobs §4.3).
  package var isRetry: Bool
  /// The class of failure when it runs out of time (spec jobs, appendix B, column "timeout exception").
  package var timeoutFailure: Failure.Kind
  /// Its timeout where neither job nor device say another.
  package var defaultTimeout: Duration
  /// The section, where it is another than its block's.
  package var section: Section?
  /// Runs before the children.
  package var run: Step?
  /// Runs after the children have succeeded; in the finalize block whatever became of them.
  package var finish: Step?
  /// Undoes what the action did. Runs once for every time the action was started, whatever became of it: before its
  /// retry action tries again, else at the end of the job; the action that was started last comes first.
  package var cleanup: Step?
  package var children: [Action]

  package init(
    _ name: String,
    summary: String = "",
    isRetry: Bool = false,
    timeoutFailure: Failure.Kind = .job,
    defaultTimeout: Duration = .seconds(30),
    section: Section? = nil,
    run: Step? = nil,
    finish: Step? = nil,
    cleanup: Step? = nil,
    @ActionTreeBuilder children: () -> [Action]
  ) {
    self.name = name
    self.summary = summary
    self.isRetry = isRetry
    self.timeoutFailure = timeoutFailure
    self.defaultTimeout = defaultTimeout
    self.section = section
    self.run = run
    self.finish = finish
    self.cleanup = cleanup
    self.children = children()
  }

  package init(
    _ name: String,
    summary: String = "",
    isRetry: Bool = false,
    timeoutFailure: Failure.Kind = .job,
    defaultTimeout: Duration = .seconds(30),
    section: Section? = nil,
    run: Step? = nil,
    cleanup: Step? = nil
  ) {
    self.init(
      name,
      summary: summary,
      isRetry: isRetry,
      timeoutFailure: timeoutFailure,
      defaultTimeout: defaultTimeout,
      section: section,
      run: run,
      finish: nil,
      cleanup: cleanup,
      children: { () -> [Action] in [] }
    )
  }
}

/// Anything that stands for actions in a declaration: an action, a list of them, or a type of a strategy.
package protocol ActionTree: Sendable {
  /// The actions it stands for, in order.
  @ActionTreeBuilder var actions: [Action] { get }
}

extension Action: ActionTree {
  // `return` keeps the result builder, which asks for `actions` itself, out of it.
  package var actions: [Action] { return [self] }
}

extension [Action]: ActionTree {
  package var actions: [Action] { return self }
}

/// Collects the actions of a declaration, with `if`, `switch` and `for`.
@resultBuilder
package enum ActionTreeBuilder {
  package static func buildExpression(_ tree: some ActionTree) -> [Action] { tree.actions }

  package static func buildBlock(_ parts: [Action]...) -> [Action] { parts.flatMap { $0 } }

  package static func buildOptional(_ part: [Action]?) -> [Action] { part ?? [] }

  package static func buildEither(first: [Action]) -> [Action] { first }

  package static func buildEither(second: [Action]) -> [Action] { second }

  package static func buildArray(_ parts: [[Action]]) -> [Action] { parts.flatMap { $0 } }
}
