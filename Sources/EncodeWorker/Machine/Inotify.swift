import Findings
import Glibc

/// Changes in folders, as the kernel reports them.
///
/// Source: inotify(7).
final class Inotify: Sendable {
    struct Event: Sendable {
        /// The number of the folder's watch; -1 with `IN_Q_OVERFLOW`.
        var watch: Int32
        /// `IN_CREATE` and the like.
        var mask: Int32
        /// A name in the folder; empty for the folder itself.
        var name: String
    }

    /// Readable while there are events.
    let descriptor: Int32

    /// - Throws: `ReportedError` if this user has too many of them.
    init() throws(ReportedError) {
        // IN_NONBLOCK and IN_CLOEXEC, which are these.
        descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 {
            throw ReportedError(errno: errno, "inotify", .job, advice: "raise fs.inotify.max_user_instances")
        }
    }

    deinit { close(descriptor) }

    /// Watches a folder; one that is watched already keeps its number.
    ///
    /// - Returns: the watch's number; nil if the folder is gone or may not be read.
    /// - Throws: `ReportedError` if this user has too many watches.
    func add(_ folder: String, _ mask: Int32) throws(ReportedError) -> Int32? {
        let watch = inotify_add_watch(descriptor, folder, UInt32(bitPattern: mask | IN_ONLYDIR))
        if watch >= 0 { return watch }
        guard errno == ENOSPC || errno == ENOMEM else { return nil }
        throw ReportedError(errno: errno, folder, .job, advice: "raise fs.inotify.max_user_watches")
    }

    func remove(_ watch: Int32) { _ = inotify_rm_watch(descriptor, watch) }

    /// The events so far, in their order.
    func read() -> [Event] {
        var events: [Event] = []
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return events }
            bytes[..<count].withUnsafeBytes { Self.parse($0, &events) }
        }
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer, _ events: inout [Event]) {
        let head = MemoryLayout<inotify_event>.size
        var start = 0
        while start + head <= bytes.count {
            let event = bytes.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
            let end = start + head + Int(event.len)
            let name = bytes[start + head..<end].prefix { $0 != 0 }
            events.append(
                Event(watch: event.wd, mask: Int32(bitPattern: event.mask), name: String(decoding: name, as: UTF8.self))
            )
            start = end
        }
    }
}
