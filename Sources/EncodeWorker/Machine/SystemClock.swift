import FoundationEssentials
import Glibc

/// The system's clocks.
enum SystemClock {
    /// This moment as ISO 8601, in UTC.
    static func now() -> String { after(0) }

    /// The moment in so many seconds as ISO 8601, in UTC.
    static func after(_ seconds: Double) -> String { Date(timeIntervalSinceNow: seconds).formatted(.iso8601) }

    /// Seconds of a clock that is never set.
    static func monotonic() -> Double { seconds(CLOCK_MONOTONIC) }

    /// Seconds of processor time that this process has used.
    static func processorTime() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
