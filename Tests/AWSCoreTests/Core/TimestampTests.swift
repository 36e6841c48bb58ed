import Glibc
import TestSupport
import Testing

@testable import AWSCore

@Suite("Timestamps") struct TimestampTests {
    @Test("Dates are those of the C library", arguments: 1...50) func cLibrary(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            var seconds = time_t(Int.random(in: -2_000_000_000...200_000_000_000, using: &random))
            var fields = tm()
            gmtime_r(&seconds, &fields)
            var text = [CChar](repeating: 0, count: 64)
            strftime(&text, text.count, "%Y%m%dT%H%M%SZ", &fields)
            let expected = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            #expect(Timestamp(seconds: seconds).basic == expected)
        }
    }

    @Test(
        "ISO 8601 is read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-31T23:59:59Z", 1_769_903_999),
            ("2024-02-29T12:00:00.123Z", 1_709_208_000),
            ("2000-03-01T00:00:00+00:00", 951_868_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ])
    func iso8601(_ text: String, _ seconds: Int) {
        #expect(Timestamp(iso8601: text)?.seconds == seconds)
    }

    @Test(
        "Other text is not a date",
        arguments: [
            "", "2026", "2026-01-31", "2026-13-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T25:00:00Z",
            "2026-01-01T00:00:00", "2026-01-01T00:00:00+02:00", "yesterday",
        ])
    func otherText(_ text: String) {
        #expect(Timestamp(iso8601: text) == nil)
        #expect(Timestamp(http: text) == nil)
    }

    @Test("Dates of HTTP are read") func http() {
        #expect(Timestamp(http: "Sat, 31 Jan 2026 23:59:59 GMT")?.seconds == 1_769_903_999)
        #expect(Timestamp(http: "Sat, 31 Jnu 2026 23:59:59 GMT") == nil)
    }
}
