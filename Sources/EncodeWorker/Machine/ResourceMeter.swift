import Glibc
import JobReport

/// Measures what one job uses of the machine, from the meter's creation.
struct ResourceMeter: Sendable {
    private let wall = SystemClock.monotonic()
    private let cpu = SystemClock.processorTime()

    /// - Parameter resetsPeak: whether the process has done other jobs before, whose peak of memory would count as this
    ///   one's. The reset writes to a file of the system's. Source: proc(5), clear_refs.
    init(resetsPeak: Bool = false) {
        guard resetsPeak, let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    var wallSeconds: Double { SystemClock.monotonic() - wall }

    /// What this process has used.
    var usage: Usage {
        Usage(
            wallSeconds: wallSeconds, cpuSeconds: SystemClock.processorTime() - cpu,
            peakResidentBytes: Self.peakResidentBytes())
    }

    /// 0 if the system doesn't report it. Source: proc(5), VmHWM.
    private static func peakResidentBytes() -> UInt64 {
        let peak = Machine.lines(of: "/proc/self/status").first { $0.hasPrefix("VmHWM:") }
        return peak.flatMap { UInt64($0.filter(\.isNumber)) }.map { $0 * 1024 } ?? 0
    }
}
