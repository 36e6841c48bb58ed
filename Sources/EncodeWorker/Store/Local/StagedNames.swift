import Glibc
import Media

/// Hidden names for files that are not finished, next to their targets.
enum StagedNames {
    /// `.<name>.<process>-<random>.partial`
    static func make(for target: String) -> String {
        let (folder, name) = split(target)
        return "\(folder).\(truncated(name)).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
    }

    /// Whether a path is one of such names.
    static func isStaged(_ path: String) -> Bool {
        let name = split(path).name
        return name.hasPrefix(".") && name.hasSuffix(".partial")
    }

    /// Removes unfinished files of a target whose process is gone. Containers that share the folder have numbers of
    /// processes of their own, so that the lock of a file decides.
    static func removeAbandoned(of target: String) {
        let (folder, name) = split(target)
        guard let directory = opendir(folder.isEmpty ? "." : folder) else { return }
        defer { closedir(directory) }
        let prefix = ".\(truncated(name))."
        while let entry = readdir(directory) {
            let found = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard found.hasPrefix(prefix), found.hasSuffix(".partial") else { continue }
            let middle = found.dropFirst(prefix.count).dropLast(".partial".count)
            guard let process = middle.split(separator: "-").first.flatMap({ pid_t($0) }) else { continue }
            if FileSink.isAbandoned(folder + found) || isDying(process) { unlink(folder + found) }
        }
    }

    /// Whether a process was killed and is only freeing its resources: a restart right after a kill may be faster than
    /// that. Source: proc(5), stat (flags) and status (SigPnd).
    private static func isDying(_ process: pid_t) -> Bool {
        let fields = Machine.lines(of: "/proc/\(process)/stat").last?.split(separator: ")").last
        let (flags, isExiting) = (fields?.split(separator: " "), UInt(0x4))
        if let flags, flags.count > 6, let value = UInt(flags[6]), value & isExiting != 0 { return true }
        let status = Machine.lines(of: "/proc/\(process)/status")
        let pending = status.first { $0.hasPrefix("SigPnd:") }?.split(separator: "\t").last
        return pending.flatMap { UInt64($0, radix: 16) }.map { $0 & 1 << UInt64(SIGKILL - 1) != 0 } ?? false
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    /// A file name has at most 255 bytes.
    private static func truncated(_ name: String) -> String {
        name.utf8.count <= 200 ? name : String(decoding: name.utf8.prefix(200), as: UTF8.self)
    }
}
