import Glibc
import TestSupport

/// A file and a port that must not be touched: it counts every open and every connection.
final class Canary {
    /// The file's path.
    let path: String
    let port: UInt16
    private let listener: Socket
    private let watch: Int32

    /// - Parameter path: where to put the file.
    init(at path: String, _ content: [UInt8] = Array("canary".utf8)) throws {
        self.path = path
        try FileBytes.write(content, to: path)
        (listener, port) = Socket.listening()
        watch = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard watch >= 0, inotify_add_watch(watch, path, UInt32(IN_OPEN | IN_MODIFY | IN_DELETE_SELF)) >= 0 else {
            throw CommandFailure("no watch on \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(watch)
        listener.shut()
    }

    /// How often it was touched since the last look.
    func touches() -> Int {
        var count = 0
        var events = [UInt8](repeating: 0, count: 4096)
        while true {
            let bytes = read(watch, &events, events.count)
            guard bytes > 0 else { break }
            count += bytes / MemoryLayout<inotify_event>.size
        }
        return count + listener.dropConnections()
    }
}
