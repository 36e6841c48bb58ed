import Glibc
import TestSupport

/// What the kernel reports about a process.
enum Process {
    /// Anonymous memory in KiB: what a leak would be in.
    static func memory(_ process: Int32) throws -> Int {
        let status = String(decoding: try FileBytes.read("/proc/\(process)/status"), as: UTF8.self)
        for line in status.split(separator: "\n") where line.hasPrefix("RssAnon:") {
            return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
        }
        throw CommandFailure("/proc/\(process)/status has no RssAnon")
    }

    /// The process that a supervisor has started, once there is one.
    static func child(of process: Int32) throws -> Int32 {
        var found: Int32?
        try Wait.until("a child of process \(process)") {
            found = children(of: process).first
            return found != nil
        }
        return found ?? 0
    }

    /// Returns when a supervisor's child has used this much CPU time, so that it is in the middle of its work.
    static func childIsBusy(_ process: Int32, seconds: Double = 0.5) throws {
        let child = try child(of: process)
        try Wait.until("\(seconds) s of CPU time of process \(child)") { try cpuSeconds(child) >= seconds }
    }

    /// CPU time of a process so far, of all its threads.
    ///
    /// Source: proc(5), `/proc/pid/stat`, utime and stime in clock ticks.
    private static func cpuSeconds(_ process: Int32) throws -> Double {
        let text = String(decoding: try FileBytes.read("/proc/\(process)/stat"), as: UTF8.self)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw CommandFailure("/proc/\(process)/stat has no times: \(text)")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Returns when a process's main thread waits for something, such as a socket's bytes.
    ///
    /// Source: proc(5), `/proc/pid/stat`, state.
    static func waits(_ process: Int32) throws {
        try Wait.until("process \(process) asleep") {
            let text = String(decoding: try FileBytes.read("/proc/\(process)/stat"), as: UTF8.self)
            return text.split(separator: ")").last?.hasPrefix(" S") == true
        }
    }

    /// Returns when a process has taken every signal that was sent to it.
    ///
    /// Source: proc(5), `/proc/pid/status`, ShdPnd.
    static func takesSignals(_ process: Int32) throws {
        try Wait.until("no pending signal of process \(process)") {
            let text = String(decoding: try FileBytes.read("/proc/\(process)/status"), as: UTF8.self)
            let pending = text.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }
            return pending.map { $0.dropFirst("ShdPnd:".count).allSatisfy { "0\t ".contains($0) } } ?? true
        }
    }

    /// The processes that it has started and not waited for.
    static func children(of process: Int32) -> [Int32] {
        let text = try? FileBytes.read("/proc/\(process)/task/\(process)/children")
        return String(decoding: text ?? [], as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
    }

    static func descriptors(_ process: Int32) throws -> Int {
        let listed = try Command(["ls", "/proc/\(process)/fd"]).run()
        guard listed.end == .exit(0) else { throw CommandFailure(listed.error) }
        return listed.output.split(separator: "\n").count
    }
}
