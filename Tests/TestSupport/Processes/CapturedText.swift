import Glibc

/// A file without a name that takes what a program writes: unlike a pipe it never fills up.
final class CapturedText {
    let descriptor: Int32

    init() throws {
        var name = Array("/tmp/captured-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw CommandFailure("no temporary file: \(String(cString: strerror(errno)))") }
        // Programs get it by name of its descriptor alone, so it must not leak into others.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
    }

    deinit { close(descriptor) }

    func text() throws -> String {
        String(decoding: try FileBytes.read(descriptor), as: UTF8.self)
    }
}
