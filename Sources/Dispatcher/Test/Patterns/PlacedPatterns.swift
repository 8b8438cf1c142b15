// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import JobModel
import Patterns

/// Patterns of the job that are waited for together.
struct PlacedPatterns: Sendable {
  let set: PatternSet
  /// Where each of them stands.
  private let places: [SourcePlace]

  /// - Throws: a job failure with the place of a pattern that is no regular expression.
  init(_ patterns: [JobPattern], of job: Job) throws(Failure) {
    var compiled: [Pattern] = []
    var places: [SourcePlace] = []
    for pattern in patterns {
      places.append(job.place(of: pattern.node))
      do throws(PatternError) {
        compiled.append(try Pattern(pattern.text, .dotAll))
      } catch {
        throw error.failure().at(places[places.count - 1])
      }
    }
    set = PatternSet(compiled)
    self.places = places
  }

  /// What a wait failed of, with the place of the pattern whose search was given up.
  func placed(_ failure: Failure) -> Failure {
    guard failure.code == PatternError.tooCostlyCode else { return failure }
    let index = set.patterns.firstIndex { failure.message.contains("'\($0.source)'") }
    return index.map { failure.at(places[$0]) } ?? failure
  }
}

extension Failure {
  /// The same at a place of the job.
  func at(_ place: SourcePlace) -> Failure {
    var failure = self
    failure.place = place
    return failure
  }
}

extension BoardSession {
  /// Waits for the first of some patterns of the job.
  func expect(_ patterns: PlacedPatterns) async throws(Failure) -> PatternMatch {
    do throws(Failure) {
      return try await console.expect(patterns.set)
    } catch {
      throw patterns.placed(reason(of: error))
    }
  }
}
