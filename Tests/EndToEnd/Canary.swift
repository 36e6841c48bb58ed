import Glibc
import TestSupport

/// A file and a port that nobody may touch: they tell of every open and every connection.
final class Canary {
    /// The file's path.
    let path: String
    let port: UInt16
    private let listener: Socket
    private let watch: Int32
    private let listening: Int32

    /// - Parameter path: where to put the file.
    init(at path: String, _ content: [UInt8] = Array("canary".utf8)) throws {
        self.path = path
        try FileBytes.write(content, to: path)
        (listener, port) = Socket.listening()
        listening = try Self.descriptor(listeningOn: port)
        watch = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard watch >= 0, inotify_add_watch(watch, path, UInt32(IN_OPEN | IN_MODIFY | IN_DELETE_SELF)) >= 0 else {
            throw CommandFailure("no watch on \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(watch)
        listener.shut()
    }

    /// The socket's own descriptor, which its type keeps to itself.
    private static func descriptor(listeningOn port: UInt16) throws -> Int32 {
        for candidate in Int32(3)..<4096 {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let found = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(candidate, $0, &length) }
            }
            if found == 0, address.sin_family == AF_INET, address.sin_port == port.bigEndian { return candidate }
        }
        throw CommandFailure("the listener on port \(port) is gone")
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
        var waiting = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
        while poll(&waiting, 1, 0) == 1 {
            let connection = accept(listening, nil, nil)
            guard connection >= 0 else { break }
            close(connection)
            count += 1
        }
        return count
    }
}
