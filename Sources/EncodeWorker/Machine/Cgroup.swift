/// The limits of this process's control group, as they appear inside a container.
///
/// Source: Linux kernel documentation, "Control Group v2" and "Control Groups version 1".
enum Cgroup {
    /// Processors, as a share of time; nil without a limit.
    static var processors: Double? {
        let current = line("cpu.max")?.split(separator: " ").map { Double($0) }
        if let current, current.count == 2 { return share(current[0], current[1]) }
        return share(
            line("cpu/cpu.cfs_quota_us").flatMap { Double($0) }, line("cpu/cpu.cfs_period_us").flatMap { Double($0) })
    }

    /// Bytes; nil without a limit.
    static var memory: UInt64? {
        let bytes = (line("memory.max") ?? line("memory/memory.limit_in_bytes")).flatMap { UInt64($0) }
        // Without a limit, version 1 has a number larger than any machine's memory.
        return bytes.flatMap { $0 < 1 << 60 ? $0 : nil }
    }

    /// Processes of the group that were killed because memory ran out.
    static var oomKills: Int {
        for name in ["memory.events", "memory/memory.oom_control"] {
            for line in lines(name) {
                let words = line.split(separator: " ")
                if words.count == 2, words[0] == "oom_kill" { return Int(words[1]) ?? 0 }
            }
        }
        return 0
    }

    private static func share(_ quota: Double?, _ period: Double?) -> Double? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return quota / period
    }

    private static func line(_ name: String) -> String? { lines(name).first }

    private static func lines(_ name: String) -> [String] { Machine.lines(of: "/sys/fs/cgroup/\(name)") }
}
