// SPDX-License-Identifier: Apache-2.0

internal import Events

extension ActionProgress {
  /// `45 % of 120.5 MB`, or `12.3 MB` where the end is not known.
  var text: String {
    guard let total, total > 0 else { return Self.size(done) }
    return "\(Int(Double(done) / Double(total) * 100)) % of \(Self.size(total))"
  }

  /// In units of 1000, with one digit behind the point.
  private static func size(_ bytes: Int) -> String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    var value = Double(bytes) / 1000
    var units = ["kB", "MB", "GB"][...]
    while value >= 1000, units.count > 1 {
      value /= 1000
      units = units.dropFirst()
    }
    let tenths = Int(value * 10)
    return "\(tenths / 10).\(tenths % 10) \(units.first ?? "")"
  }
}
