import Glibc
import TestSupport

/// What the kernel says of a process.
enum Process {
    /// Anonymous memory in KiB: what a leak would be in.
    static func memory(_ process: Int32) throws -> Int {
        let status = String(decoding: try FileBytes.read("/proc/\(process)/status"), as: UTF8.self)
        for line in status.split(separator: "\n") where line.hasPrefix("RssAnon:") {
            return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
        }
        throw CommandFailure("/proc/\(process)/status has no RssAnon")
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
