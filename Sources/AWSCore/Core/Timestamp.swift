import Glibc

/// A moment in UTC, in whole seconds since 1970, and the notations in which AWS writes one.
public struct Timestamp: Sendable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int

    /// The moment so many seconds after 1970 began.
    public init(seconds: Int) {
        self.seconds = seconds
    }

    /// This machine's clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: time.tv_sec)
    }

    /// Whether one moment is before another.
    public static func < (one: Timestamp, other: Timestamp) -> Bool { one.seconds < other.seconds }

    /// ISO 8601 basic, as `x-amz-date` wants it: `20260131T235959Z`.
    var basic: String {
        let (year, month, day) = date
        let second = ((seconds % 86400) + 86400) % 86400
        return Self.pad(year, 4) + Self.pad(month, 2) + Self.pad(day, 2) + "T"
            + Self.pad(second / 3600, 2) + Self.pad(second / 60 % 60, 2) + Self.pad(second % 60, 2) + "Z"
    }

    /// Parses ISO 8601 with separators (`2026-01-31T23:59:59Z`, fractions are dropped).
    init?(iso8601 text: String) {
        let fields = text.utf8.split { !($0 >= 48 && $0 <= 57) }.compactMap { Int(String($0)!) }
        guard fields.count >= 6, text.utf8.last == UInt8(ascii: "Z") || text.hasSuffix("+00:00") else { return nil }
        self.init(
            year: fields[0], month: fields[1], day: fields[2], second: fields[3] * 3600 + fields[4] * 60 + fields[5])
    }

    /// Parses the date of an HTTP header (`Sat, 31 Jan 2026 23:59:59 GMT`).
    init?(http text: String) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let fields = text.split { $0 == " " || $0 == ":" || $0 == "," }
        guard fields.count == 8, let day = Int(fields[1]), let month = months.firstIndex(of: String(fields[2])),
            let year = Int(fields[3]), let hour = Int(fields[4]), let minute = Int(fields[5]),
            let second = Int(fields[6])
        else { return nil }
        self.init(year: year, month: month + 1, day: day, second: hour * 3600 + minute * 60 + second)
    }

    /// Days from civil date, by Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
    private init?(year: Int, month: Int, day: Int, second: Int) {
        guard 1...12 ~= month, 1...31 ~= day, 0...86400 ~= second, 1970...9999 ~= year else { return nil }
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let yearOfEra = year % 400
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        seconds = (year / 400 * 146097 + dayOfEra - 719468) * 86400 + second
    }

    /// The inverse, from the same paper.
    private var date: (year: Int, month: Int, day: Int) {
        let days = (seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400) + 719468
        let era = days / 146097
        let dayOfEra = days % 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
