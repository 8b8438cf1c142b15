// SPDX-License-Identifier: Apache-2.0

/// The checkout that the tests were built from: they find its files by it, in whichever folder they are themselves.
package enum SourceTree {
  package static let root =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
}
