internal import Glibc

/// Hidden names beside a target, for files that are not finished.
enum PendingNames {
    /// `.<name>.<process>-<random>.partial`
    static func make(for target: String) -> String {
        let (folder, name) = split(target)
        return "\(folder).\(cut(name)).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
    }

    /// Removes unfinished files of a target whose process is gone.
    static func removeAbandoned(of target: String) {
        let (folder, name) = split(target)
        guard let directory = opendir(folder.isEmpty ? "." : folder) else { return }
        defer { closedir(directory) }
        let prefix = ".\(cut(name))."
        while let entry = readdir(directory) {
            let found = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard found.hasPrefix(prefix), found.hasSuffix(".partial") else { continue }
            let middle = found.dropFirst(prefix.count).dropLast(".partial".count)
            guard let process = middle.split(separator: "-").first.flatMap({ pid_t($0) }), process != getpid() else {
                continue
            }
            if kill(process, 0) != 0, errno == ESRCH { unlink(folder + found) }
        }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    /// A file name has at most 255 bytes.
    private static func cut(_ name: String) -> String {
        name.utf8.count <= 200 ? name : String(decoding: name.utf8.prefix(200), as: UTF8.self)
    }
}
