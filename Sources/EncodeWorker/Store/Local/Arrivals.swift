import Glibc
import Media

/// Files that arrive: which of them are complete, so that their sources can be encoded.
///
/// A file is complete if no process has it open for writing, and if it has stayed the same for two seconds: a program may
/// open it again, and not every file system says who writes.
struct Arrivals {
    /// A file as it was at some moment.
    struct Look: Equatable {
        var inode: UInt64 = 0
        var size: UInt64 = 0
        /// Nanoseconds since 1970.
        var modified: Int64 = 0
        /// The same, of its metadata too: a copy may get its original's modification time.
        var changed: Int64 = 0
        var isOpenForWriting = false
    }

    private struct Waiting {
        var key: String
        var look: Look
        /// Since when it has stayed the same.
        var since: Double
    }

    /// Seconds for which a complete file stays the same.
    static let settling = 2.0

    /// By the bytes of their keys, since texts that Swift compares as equal can be two files' names.
    private var waiting: [[UInt8]: Waiting] = [:]
    private var complete: [[UInt8]: Look] = [:]

    /// Takes a file that may have changed.
    ///
    /// - Parameters:
    ///   - now: by a clock that is never set, in seconds.
    ///   - age: how long it has been the same, in seconds.
    mutating func add(_ key: String, _ look: Look, at now: Double, age: Double = 0) {
        waiting[Array(key.utf8)] = Waiting(key: key, look: look, since: now - age)
    }

    mutating func remove(_ key: String) {
        waiting[Array(key.utf8)] = nil
        complete[Array(key.utf8)] = nil
    }

    /// Removes the files for which `isGone` holds.
    mutating func removeAll(_ isGone: (String) -> Bool) {
        waiting = waiting.filter { !isGone($0.value.key) }
        complete = complete.filter { !isGone(String(decoding: $0.key, as: UTF8.self)) }
    }

    /// When the next look is due; nil if there is nothing to look at.
    var nextLook: Double? { waiting.values.map { $0.since + Self.settling }.min() }

    /// Looks at the files for which it is time.
    ///
    /// - Parameter look: nil for a file that is gone, or that is none.
    /// - Returns: the keys of those that are complete and that were not before, in byte order.
    mutating func look(at now: Double, _ look: (String) -> Look?) -> [String] {
        var found: [String] = []
        for (name, file) in waiting where now >= file.since + Self.settling {
            guard let seen = look(file.key) else {
                waiting[name] = nil
                continue
            }
            if seen.isOpenForWriting || seen != file.look {
                waiting[name]?.look = seen
                waiting[name]?.since = now
                continue
            }
            waiting[name] = nil
            if complete.updateValue(seen, forKey: name) != seen { found.append(file.key) }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension Arrivals.Look {
    /// - Returns: nil if there is no regular file with that name.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(
            inode: UInt64(status.st_ino), size: UInt64(status.st_size),
            modified: FileSource.nanoseconds(status.st_mtim), changed: FileSource.nanoseconds(status.st_ctim))
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        isOpenForWriting = Self.isOpenForWriting(descriptor)
    }

    /// Whether a process has a file open for writing: then the kernel gives no read lease. False where that can't be found
    /// out, for another user's file and on network file systems. A process that opens the file meanwhile makes the kernel
    /// send SIGIO, which has to be ignored.
    ///
    /// Source: fcntl(2), "Leases".
    private static func isOpenForWriting(_ descriptor: Int32) -> Bool {
        // F_SETLEASE, which is only declared for _GNU_SOURCE.
        let setLease: Int32 = 1024
        if fcntl(descriptor, setLease, F_RDLCK) != 0 { return errno == EAGAIN }
        _ = fcntl(descriptor, setLease, F_UNLCK)
        return false
    }

    /// Seconds since the file changed, by the system's clock; 0 for a time in the future.
    var age: Double {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return max(0, Double(FileSource.nanoseconds(now) - max(modified, changed)) / 1e9)
    }
}
