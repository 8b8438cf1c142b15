// SPDX-License-Identifier: Apache-2.0

/// A URL as it may be shown: what gives access is not in it.
package enum MaskedURL {
  /// What stands in the place of a secret, as in the log (spec results-and-log §1).
  private static let mask = "[MASKED]"
  /// In lower case: parts of the names of query parameters that carry a secret, those of signed URLs among them.
  private static let secretNames = ["token", "secret", "passw", "signature", "credential", "auth", "key"]

  /// The URL without the user's password and without the values of parameters that look like a secret by their name.
  /// A text that is no URL stays as it is.
  package static func text(_ url: String) -> String {
    guard let separator = url.firstRange(of: "://") else { return url }
    let body = url[separator.upperBound...]
    let end = body.firstIndex { "/?#".contains($0) } ?? body.endIndex
    var authority = String(body[..<end])
    if let at = authority.lastIndex(of: "@") {
      let user = authority[..<at].prefix { $0 != ":" }
      // A user without a password is a token as a rule.
      let hasPassword = authority[..<at].contains(":")
      authority = (hasPassword ? "\(user):\(mask)" : mask) + authority[at...]
    }
    let rest = body[end...]
    guard let question = rest.firstIndex(of: "?") else { return url[..<separator.upperBound] + authority + rest }
    let parameters = rest[rest.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
    let query = parameters.map(masked).joined(separator: "&")
    return url[..<separator.upperBound] + authority + rest[...question] + query
  }

  private static func masked(_ parameter: Substring) -> String {
    guard let sign = parameter.firstIndex(of: "=") else { return String(parameter) }
    let name = parameter[..<sign].lowercased()
    let isSecret = name == "sig" || secretNames.contains { name.contains($0) }
    return isSecret ? parameter[...sign] + mask : String(parameter)
  }
}
