// SPDX-License-Identifier: Apache-2.0

import Events
import Testing

/// Times as Python's `datetime.isoformat()` writes them; the expected texts come from there
/// (`datetime.fromtimestamp(seconds, timezone.utc)`).
@Suite struct TimestampTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00+00:00"),
    (1, "1970-01-01T00:00:00+00:00"),
    (1_000, "1970-01-01T00:00:00.000001+00:00"),
    (1_795_262_530_341_710_999, "2026-11-21T12:02:10.341710+00:00"),
    (951_782_400_000_000_000, "2000-02-29T00:00:00+00:00"),
    (951_868_799_999_999_000, "2000-02-29T23:59:59.999999+00:00"),
    (951_868_800_000_000_000, "2000-03-01T00:00:00+00:00"),
    (4_107_542_400_000_000_000, "2100-03-01T00:00:00+00:00"),
    (4_107_456_000_000_000_000, "2100-02-28T00:00:00+00:00"),
    (1_735_689_599_000_000_000, "2024-12-31T23:59:59+00:00"),
    (-1_000, "1969-12-31T23:59:59.999999+00:00"),
    (-86_400_000_000_000, "1969-12-31T00:00:00+00:00"),
  ])
  func iso8601(_ nanoseconds: Int64, _ text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).iso8601 == text)
  }

  @Test func spaced() {
    // Spec results-and-log §2, "Start time".
    #expect(Timestamp(nanoseconds: 1_795_262_530_341_912_000).spaced == "2026-11-21 12:02:10.341912+00:00")
  }

  @Test func theClockRuns() {
    let first = SystemTime.now
    // 2026-01-01: this code is no older.
    #expect(first > 1_767_225_600_000_000_000)
    #expect(SystemTime.now >= first)
  }

  /// `HH:MM:SS`, seconds rounded half to even (spec results-and-log §2).
  @Test(arguments: [
    (Duration.seconds(0), "00:00:00"), (.milliseconds(499), "00:00:00"), (.milliseconds(500), "00:00:00"),
    (.milliseconds(501), "00:00:01"), (.milliseconds(1500), "00:00:02"), (.milliseconds(2500), "00:00:02"),
    (.seconds(120), "00:02:00"), (.seconds(3599), "00:59:59"), (.seconds(86_400), "24:00:00"),
    (.seconds(360_000), "100:00:00"), (.seconds(-3), "00:00:00"),
  ])
  func clockText(_ duration: Duration, _ text: String) {
    #expect(duration.clockText == text)
  }

  @Test(arguments: [
    (Duration.milliseconds(2500), Int64(2)), (.milliseconds(3500), 4), (.milliseconds(-400), 0),
    (.milliseconds(-600), -1), (.milliseconds(-2500), -2),
  ])
  func roundedSeconds(_ duration: Duration, _ seconds: Int64) {
    #expect(duration.roundedSeconds == seconds)
  }

  @Test(arguments: [
    (Duration.zero, "0.00"), (.milliseconds(4), "0.00"), (.milliseconds(6), "0.01"), (.milliseconds(50), "0.05"),
    (.milliseconds(12_346), "12.35"), (.milliseconds(999_999), "1000.00"), (.seconds(-1), "0.00"),
  ])
  func secondsText(_ duration: Duration, _ text: String) {
    #expect(duration.secondsText == text)
  }
}
