import Glibc
import Synchronization

/// What one job uses of the machine, from the meter's start on.
struct ResourceMeter {
    private let wall: Double
    private let cpu: Double

    private static let isFirst = Atomic<Bool>(true)

    init() {
        // Without this the peak would be that of the largest job that the process has done; the first one has no need
        // of it. Source: proc(5), clear_refs.
        if !Self.isFirst.exchange(false, ordering: .relaxed), let file = fopen("/proc/self/clear_refs", "w") {
            fputs("5", file)
            fclose(file)
        }
        wall = Self.wallSeconds()
        cpu = Self.cpuSeconds()
    }

    var wallSeconds: Double { Self.wallSeconds() - wall }
    var cpuSeconds: Double { Self.cpuSeconds() - cpu }

    /// What this process has used.
    var used: Report.Resources {
        Report.Resources(
            wallSeconds: wallSeconds, cpuSeconds: cpuSeconds, peakResidentBytes: Self.peakResidentBytes())
    }

    /// Bytes; 0 where the system doesn't say. Source: proc(5), VmHWM.
    static func peakResidentBytes() -> UInt64 {
        let peak = SystemFile.lines("/proc/self/status").first { $0.hasPrefix("VmHWM:") }
        return peak.flatMap { UInt64($0.filter(\.isNumber)) }.map { $0 * 1024 } ?? 0
    }

    /// Seconds of a clock that nobody sets.
    static func wallSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
