// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The wall clock of the host.
package enum SystemTime {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// A point in time as LAVA's log writes it.
package struct Timestamp: Sendable, Hashable {
  /// Since 1970-01-01T00:00:00Z.
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// ISO 8601 in UTC: `2026-11-21T12:02:10.341710+00:00`. Microseconds are cut, not rounded, and left out where
  /// they are 0, as Python does (spec results-and-log §1).
  package var iso8601: String { text(separator: "T") }

  /// As `iso8601` with a space between date and time: Python's `str()` of a datetime.
  package var spaced: String { text(separator: " ") }

  private func text(separator: Unicode.Scalar) -> String {
    let seconds = floorDivide(nanoseconds, 1_000_000_000)
    let microseconds = (nanoseconds - seconds * 1_000_000_000) / 1000
    let days = floorDivide(seconds, 86_400)
    let second = seconds - days * 86_400
    let date = civil(days)
    // Each line of a log has one: written without strings in between. Sixty-four bits of nanoseconds end in 2262, so
    // a year has four digits.
    return String(unsafeUninitializedCapacity: 32) { buffer in
      var text = Digits(buffer: buffer)
      text.add(date.year, 4, before: "-")
      text.add(date.month, 2, before: "-")
      text.add(date.day, 2, before: separator)
      text.add(second / 3600, 2, before: ":")
      text.add(second / 60 % 60, 2, before: ":")
      text.add(second % 60, 2, before: microseconds == 0 ? "+" : ".")
      if microseconds != 0 { text.add(microseconds, 6, before: "+") }
      text.add(0, 2, before: ":")
      text.add(0, 2)
      return text.count
    }
  }

  /// Writes numbers of a fixed width one after another.
  private struct Digits {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    mutating func add(_ value: Int64, _ width: Int, before separator: Unicode.Scalar? = nil) {
      var rest = value
      for place in (count..<count + width).reversed() {
        buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      }
      count += width
      guard let separator else { return }
      buffer[count] = UInt8(ascii: separator)
      count += 1
    }
  }

  /// The Gregorian date of a number of days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date
  /// algorithms", civil_from_days): years begin in March, so that the leap day is a year's last.
  private func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }
}
